package io.dflockd.benchmarks.signals;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.client.ServerAddress;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Signals with nothing but sockets: one that emits, one that listens, a thread that reads each. */
final class BareSignals {

    private BareSignals() {}

    static Summary run(ServerAddress server, String channel, int rounds, int window) throws Exception {
        Latencies latencies = new Latencies(rounds);
        long[] emittedAt = new long[rounds];
        Semaphore room = new Semaphore(window);
        byte[] emit = ("signal\n" + channel + "\npayload\n").getBytes(StandardCharsets.UTF_8);
        try (Socket emitter = connect(server);
                Socket listener = connect(server)) {
            OutputStream out = emitter.getOutputStream();
            InputStream answers = new BufferedInputStream(emitter.getInputStream());
            InputStream pushes = new BufferedInputStream(listener.getInputStream());
            listener.getOutputStream().write(("listen\n" + channel + "\n\n").getBytes(StandardCharsets.UTF_8));
            skipLine(pushes);
            CompletableFuture<Void> received =
                    CompletableFuture.runAsync(() -> receive(pushes, emittedAt, latencies, room));
            CompletableFuture<Void> answered = window == 1
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(() -> skip(answers, rounds));
            Span begin = Span.begin();
            for (int i = 0; i < rounds; i++) {
                SignalsCommand.take(room, 1);
                emittedAt[i] = System.nanoTime();
                out.write(emit);
                if (window == 1) {
                    skipLine(answers);
                }
            }
            SignalsCommand.take(room, window);
            Span time = begin.end();
            received.get(10, TimeUnit.SECONDS);
            answered.get(10, TimeUnit.SECONDS);
            return Latencies.summarize(List.of(latencies), time);
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
