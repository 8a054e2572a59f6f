package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.ClientThreads;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.server.Server;
import java.util.OptionalLong;

/**
 * One run over several connections; processor times in nanoseconds.
 *
 * @param summary the figures
 * @param loops processor time of the client's loops, 0 without a client
 * @param server processor time of the server, empty where its process is not the driver's
 */
public record StripedRun(Summary summary, long loops, OptionalLong server) {

    /** Pairs of the asynchronous client. */
    public static StripedRun ofClient(Plan plan, Server server, Stripes stripes) throws Exception {
        try (ClientChains chains = new ClientChains(plan, stripes)) {
            return measured(server, chains::run);
        }
    }

    /** Pairs of bare pipelined sockets. */
    public static StripedRun ofBare(Plan plan, Server server, Stripes stripes) throws Exception {
        return measured(server, () -> new BarePipelinedLoad(stripes).run(plan));
    }

    private static StripedRun measured(Server server, Pairing.Side load) throws Exception {
        OptionalLong serverBefore = server.cpuNanos();
        long loopsBefore = ClientThreads.loopCpuNanos();
        Summary summary = load.run();
        long loops = ClientThreads.loopCpuNanos() - loopsBefore;
        OptionalLong serverAfter = server.cpuNanos();
        return new StripedRun(
                summary,
                loops,
                serverBefore.isPresent() && serverAfter.isPresent()
                        ? OptionalLong.of(serverAfter.getAsLong() - serverBefore.getAsLong())
                        : OptionalLong.empty());
    }

    /** Nanoseconds of the loops for a pair. */
    public double loopPerPair() {
        return (double) loops / summary.operations();
    }

    /** Nanoseconds of the server for a pair; not a number where they are not known. */
    public double serverPerPair() {
        return server.isPresent() ? (double) server.getAsLong() / summary.operations() : Double.NaN;
    }

    /** Processors that the server kept busy; not a number where they are not known. */
    public double serverProcessors() {
        return server.isPresent() ? (double) server.getAsLong() / summary.time().wallNanos() : Double.NaN;
    }
}
