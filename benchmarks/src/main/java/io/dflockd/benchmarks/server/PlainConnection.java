package io.dflockd.benchmarks.server;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the {@link PlainServer}. A second thread writes its pushes, and a third one its answers where they are held
 * back, as a long way does: the next request is handled meanwhile.
 */
final class PlainConnection {

    /** Lines that wait for a listener that is behind; the real server keeps as many. */
    private static final int PUSHES = 64;

    private static final int HELD_BACK = 100_000;

    private final BlockingQueue<HeldBack> heldBack = new ArrayBlockingQueue<>(HELD_BACK);

    private final BlockingQueue<String> pushes = new ArrayBlockingQueue<>(PUSHES);

    private final Socket socket;

    private final byte[] line = new byte[512];

    private @Nullable Thread pusher;

    private record HeldBack(long until, String answer) {}

    /** Answers a request. */
    interface Answers {

        /** Returns the line, without its end. */
        String answer(String command, String key, String argument) throws InterruptedException;
    }

    PlainConnection(Socket socket) {
        this.socket = socket;
    }

    /** Answers one request after the other, each with a write of its own, until the client ends the connection. */
    void serve(long delayNanos, Answers answers) {
        Thread sender = delayNanos > 0 ? PlainServer.daemon(this::sendHeldBack, "plain-sender") : null;
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
            while (true) {
                String command = line(in);
                String key = line(in);
                String argument = line(in);
                String answer = answers.answer(command, key, argument);
                if (sender == null) {
                    write(answer);
                } else {
                    heldBack.put(new HeldBack(System.nanoTime() + delayNanos, answer));
                }
            }
        } catch (IOException | InterruptedException ex) {
            // The client has ended the connection.
            return;
        } finally {
            if (pusher != null) {
                pusher.interrupt();
            }
            if (sender != null) {
                sender.interrupt();
            }
        }
    }

    private void sendHeldBack() {
        try {
            while (true) {
                HeldBack next = heldBack.take();
                long left;
                while ((left = next.until - System.nanoTime()) > 0) {
                    LockSupport.parkNanos(left);
                }
                write(next.answer);
            }
        } catch (IOException | InterruptedException ex) {
            // The connection has ended.
            return;
        }
    }

    /** Makes the thread that pushes; called by the thread that serves. */
    void listen() {
        if (pusher == null) {
            pusher = PlainServer.daemon(this::push, "plain-pusher");
        }
    }

    /** Pushes a line later; returns false where too many wait. */
    boolean push(String pushed) {
        return pushes.offer(pushed);
    }

    private void push() {
        try {
            while (true) {
                write(pushes.take());
            }
        } catch (IOException | InterruptedException ex) {
            // The connection has ended.
            return;
        }
    }

    private String line(InputStream in) throws IOException {
        int size = 0;
        int next;
        while ((next = in.read()) != '\n') {
            if (next < 0 || size == line.length) {
                throw new EOFException();
            }
            line[size++] = (byte) next;
        }
        return new String(line, 0, size, StandardCharsets.ISO_8859_1);
    }

    private synchronized void write(String answer) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write((answer + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
}
