package io.dflockd.benchmarks.handover;

import io.dflockd.benchmarks.load.BareConnection;
import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.server.Server;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code handover}: release in A to acquired in B, by two clients and by two bare sockets in turns; then many waiters. */
public final class HandoverCommand {

    private static final String KEY = "handover";

    private HandoverCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int rounds = options.number("rounds", 500);
        int repeat = options.number("repeat", 3);
        int waiters = options.number("waiters", 32);
        try (Server server = Server.of(options, 1000)) {
            options.done();
            measure(server, rounds, repeat, out);
            Waiters.Result result = Waiters.run(server, waiters);
            out.printf(
                    "%d waiters: served in the order of the queue: %s, %s requests an acquisition, all served in %s%n",
                    waiters,
                    result.inOrder(),
                    Double.isNaN(result.requestsEach()) ? "uncounted" : String.format("%.2f", result.requestsEach()),
                    Summary.time(result.nanos()));
        }
    }

    /** Both in turns. */
    public static Pairing.Result measure(Server server, int rounds, int repeat, PrintStream out) throws Exception {
        return Pairing.run(
                out,
                "client",
                () -> Turns.run(List.of(new ClientTurn(server), new ClientTurn(server)), rounds),
                "bare",
                () -> Turns.run(List.of(new BareTurn(server), new BareTurn(server)), rounds),
                1,
                repeat);
    }

    private static final class ClientTurn implements Turns.Turn {

        private final DflockdClient client;

        private @Nullable LockHandle handle;

        ClientTurn(Server server) {
            client = DflockdClient.builder().servers(server.addresses()).build();
        }

        @Override
        public void acquire() throws InterruptedException {
            handle = client.lock(KEY).acquire();
        }

        @Override
        public void release() {
            if (handle == null || !handle.release()) {
                throw new IllegalStateException("the release was not confirmed");
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    private static final class BareTurn implements Turns.Turn {

        private final BareConnection connection;

        BareTurn(Server server) throws IOException {
            connection = new BareConnection(server.addresses().get(0), KEY, 10);
        }

        @Override
        public void acquire() throws IOException {
            connection.acquire();
        }

        @Override
        public void release() throws IOException {
            connection.release();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
