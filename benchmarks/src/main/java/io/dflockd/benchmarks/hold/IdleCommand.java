package io.dflockd.benchmarks.hold;

import io.dflockd.benchmarks.measure.ClientThreads;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code idle}: threads, connections and processor time of a client that has been used and does nothing now. */
public final class IdleCommand {

    private IdleCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        Duration time = options.seconds("seconds", 20);
        Duration settle = options.seconds("settle", 6);
        try (Server server = Server.of(options, 1000)) {
            options.done();
            ClientThreads threads = ClientThreads.since();
            try (DflockdClient client =
                    DflockdClient.builder().servers(server.addresses()).build()) {
                out.printf(
                        "built, not used: %s, connections %s%n", threads.names().values(), connections(client));
                client.lock("idle").acquire().close();
                client.lock("idle").acquireAsync().get(10, TimeUnit.SECONDS).close();
                out.printf("just used: %s, connections %s%n", threads.names().values(), connections(client));
                TimeUnit.NANOSECONDS.sleep(settle.toNanos());
                long cpu = threads.cpuNanos();
                TimeUnit.NANOSECONDS.sleep(time.toNanos());
                out.printf(
                        "idle for %d s: %d threads %s, connections %s, %.3f %% of one core%n",
                        time.toSeconds(),
                        threads.names().size(),
                        threads.names().values(),
                        connections(client),
                        100.0 * (threads.cpuNanos() - cpu) / time.toNanos());
            }
        }
    }

    private static Object connections(DflockdClient client) {
        return client.snapshot().connections();
    }
}
