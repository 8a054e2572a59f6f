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

/** A connection of the {@link PlainServer}; a second thread writes its pushes. */
final class PlainConnection {

    /** Lines that wait for a listener that is behind; the real server keeps as many. */
    private static final int PUSHES = 64;

    private final BlockingQueue<String> pushes = new ArrayBlockingQueue<>(PUSHES);

    private final Socket socket;

    private final byte[] line = new byte[512];

    private @Nullable Thread pusher;

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
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 4096);
            while (true) {
                String command = line(in);
                String key = line(in);
                String argument = line(in);
                if (delayNanos > 0) {
                    LockSupport.parkNanos(delayNanos);
                }
                write(answers.answer(command, key, argument));
            }
        } catch (IOException | InterruptedException ex) {
            // The client has ended the connection.
            return;
        } finally {
            if (pusher != null) {
                pusher.interrupt();
            }
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
