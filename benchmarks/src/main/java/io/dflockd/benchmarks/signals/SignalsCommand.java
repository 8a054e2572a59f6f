package io.dflockd.benchmarks.signals;

import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SignalSubscription;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * {@code signals}: from an emit in one client to the handler in another, one at a time ({@code latency}) or with a window
 * of signals on their way, below the buffer of the server for a listener ({@code throughput}); by the client and by bare
 * sockets in turns, and the same for the floor of a shared connection.
 */
public final class SignalsCommand {

    /** Half of the buffer that the server has for a listener. */
    private static final int WINDOW = 32;

    private static final String CHANNEL = "bench.signals";

    private SignalsCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int rounds = options.number("rounds", 50_000);
        int repeat = options.number("repeat", 5);
        try (Server server = Server.of(options, 1000)) {
            options.done();
            ServerAddress first = server.addresses().get(0);
            for (int window : new int[] {1, WINDOW}) {
                String suffix = window == 1 ? " one at a time" : " " + window + " on their way";
                Pairing.Side bare = () -> BareSignals.run(first, CHANNEL, rounds, window);
                Pairing.run(
                        out,
                        "client" + suffix,
                        () -> byClient(server, rounds, window),
                        "bare" + suffix,
                        bare,
                        1,
                        repeat);
                Pairing.run(
                        out,
                        "floor" + suffix,
                        () -> BareSignals.runShared(first, CHANNEL, rounds, window),
                        "bare" + suffix,
                        bare,
                        1,
                        repeat);
            }
        }
    }

    private static Summary byClient(Server server, int rounds, int window) throws Exception {
        Latencies latencies = new Latencies(rounds);
        long[] emittedAt = new long[rounds];
        Semaphore room = new Semaphore(window);
        int[] handled = new int[1];
        try (DflockdClient emitter =
                        DflockdClient.builder().servers(server.addresses()).build();
                DflockdClient listener =
                        DflockdClient.builder().servers(server.addresses()).build();
                SignalSubscription subscription = listener.signals().subscribe(CHANNEL, signal -> {
                    latencies.add(System.nanoTime() - emittedAt[handled[0]++]);
                    room.release();
                })) {
            subscription.ready().get(10, TimeUnit.SECONDS);
            Span begin = Span.begin();
            for (int i = 0; i < rounds; i++) {
                take(room, 1);
                emittedAt[i] = System.nanoTime();
                if (window == 1) {
                    emitter.signals().emit(CHANNEL, "payload");
                } else {
                    var unused = emitter.signals().emitAsync(CHANNEL, "payload");
                }
            }
            take(room, window);
            return Latencies.summarize(List.of(latencies), begin.end());
        }
    }

    /** A signal that was dropped would keep its room for ever. */
    static void take(Semaphore room, int permits) throws InterruptedException {
        if (!room.tryAcquire(permits, 20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a signal did not arrive within 20 s");
        }
    }
}
