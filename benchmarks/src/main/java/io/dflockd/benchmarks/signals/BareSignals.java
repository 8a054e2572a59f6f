package io.dflockd.benchmarks.signals;

import io.dflockd.benchmarks.load.LoopConnection;
import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.client.ServerAddress;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Signals with nothing but sockets: one emits, another listens with a thread that reads the pushes. Emits go over a
 * blocking socket, or over a {@link LoopConnection} as the floor: the least cost where callers share a connection.
 */
final class BareSignals {

    private BareSignals() {}

    /** A thread for each: they block, and a pool may have but one. */
    private static CompletableFuture<Void> inThread(Runnable reader) {
        return CompletableFuture.runAsync(reader, task -> {
            Thread thread = new Thread(task, "bare-signals");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Emits one signal; a window of one waits for the answer. */
    private interface Emitter extends AutoCloseable {

        void emit() throws Exception;

        @Override
        void close() throws Exception;
    }

    static Summary run(ServerAddress server, String channel, int rounds, int window) throws Exception {
        return run(
                server, channel, rounds, window, new SocketEmitter(connect(server), request(channel), rounds, window));
    }

    /** The floor of a shared connection. */
    static Summary runShared(ServerAddress server, String channel, int rounds, int window) throws Exception {
        return run(server, channel, rounds, window, new LoopEmitter(server, request(channel), window));
    }

    private static byte[] request(String channel) {
        return ("signal\n" + channel + "\npayload\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Summary run(ServerAddress server, String channel, int rounds, int window, Emitter emitting)
            throws Exception {
        Latencies latencies = new Latencies(rounds);
        long[] emittedAt = new long[rounds];
        Semaphore room = new Semaphore(window);
        try (Emitter emitter = emitting;
                Socket listener = connect(server)) {
            InputStream pushes = new BufferedInputStream(listener.getInputStream());
            listener.getOutputStream().write(("listen\n" + channel + "\n\n").getBytes(StandardCharsets.UTF_8));
            requireOk(pushes);
            CompletableFuture<Void> received = inThread(() -> receive(pushes, emittedAt, latencies, room));
            Span begin = Span.begin();
            for (int i = 0; i < rounds; i++) {
                SignalsCommand.take(room, 1);
                emittedAt[i] = System.nanoTime();
                emitter.emit();
            }
            SignalsCommand.take(room, window);
            Span time = begin.end();
            received.get(10, TimeUnit.SECONDS);
            return Latencies.summarize(List.of(latencies), time);
        }
    }

    /** Reads the answers one at a time, and in a thread of its own where several are on their way. */
    private static final class SocketEmitter implements Emitter {

        private final Socket socket;

        private final byte[] request;

        private final boolean waits;

        private final InputStream answers;

        private final CompletableFuture<Void> answered;

        SocketEmitter(Socket socket, byte[] request, int rounds, int window) throws IOException {
            this.socket = socket;
            this.request = request;
            this.waits = window == 1;
            this.answers = new BufferedInputStream(socket.getInputStream());
            this.answered = waits ? CompletableFuture.completedFuture(null) : inThread(() -> skip(answers, rounds));
        }

        @Override
        public void emit() throws IOException {
            socket.getOutputStream().write(request);
            if (waits) {
                skipLine(answers);
            }
        }

        @Override
        public void close() throws Exception {
            answered.get(10, TimeUnit.SECONDS);
            socket.close();
        }
    }

    private static final class LoopEmitter implements Emitter {

        private final LoopConnection connection;

        private final byte[] request;

        private final boolean waits;

        LoopEmitter(ServerAddress server, byte[] request, int window) throws IOException {
            this.connection = new LoopConnection(server);
            this.request = request;
            this.waits = window == 1;
        }

        @Override
        public void emit() throws Exception {
            CompletableFuture<byte[]> answer = connection.ask(request);
            if (waits) {
                answer.get(20, TimeUnit.SECONDS);
            }
        }

        @Override
        public void close() throws Exception {
            connection.close();
        }
    }

    private static Socket connect(ServerAddress server) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(server.host(), server.port()), 10_000);
        return socket;
    }

    private static void receive(InputStream pushes, long[] emittedAt, Latencies latencies, Semaphore room) {
        try {
            for (int i = 0; i < emittedAt.length; i++) {
                skipLine(pushes);
                latencies.add(System.nanoTime() - emittedAt[i]);
                room.release();
            }
        } catch (IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private static void requireOk(InputStream in) throws IOException {
        int first = in.read();
        skipLine(in);
        if (first != 'o') {
            throw new IOException("the server refused to listen; signals need a server from 1.11 to 1.x");
        }
    }

    private static void skip(InputStream in, int lines) {
        try {
            for (int i = 0; i < lines; i++) {
                skipLine(in);
            }
        } catch (IOException ex) {
            throw new java.io.UncheckedIOException(ex);
        }
    }

    private static void skipLine(InputStream in) throws IOException {
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
        } while (next != '\n');
    }
}
