package io.dflockd.client;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A server that follows a script. It misbehaves in ways that the embedded server does not offer: answers that fit nothing,
 * bytes without an end, a late close. It has no locks of its own.
 */
final class ScriptedServer implements Closeable {

    /** Decides about each request, on the thread that reads from its connection. */
    interface Script {

        void requested(Peer peer, Request request) throws IOException;
    }

    /** A request, one line each. */
    record Request(String command, String key, String argument) {

        boolean is(String expected) {
            return command.equals(expected);
        }

        boolean isKeepAlive() {
            return command.equals("r") && key.equals("_");
        }

        /** Whether it asks for a lock and is willing to wait. */
        boolean isWait() {
            return command.equals("l") && !argument.equals("0") && !argument.startsWith("0 ");
        }
    }

    private final ServerSocket listening;

    private final Script script;

    private final List<Peer> peers = new CopyOnWriteArrayList<>();

    private final List<Request> requests = new CopyOnWriteArrayList<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(ScriptedServer::daemon);

    private volatile boolean closed;

    private ScriptedServer(Script script) throws IOException {
        this.script = script;
        this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        daemon(this::accept).start();
    }

    static ScriptedServer start(Script script) {
        try {
            return new ScriptedServer(script);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The answer of a server whose locks are free. */
    static String answer(Request request) {
        return switch (request.command()) {
            case "l", "sl" -> "ok " + "a".repeat(32) + " 33";
            case "e", "se" -> "acquired " + "a".repeat(32) + " 33";
            case "r", "sr" -> request.isKeepAlive() ? "error" : "ok";
            case "n", "sn" -> "ok 33";
            case "stats" -> "ok {}";
            case "listen", "unlisten" -> "ok";
            case "signal" -> "ok 0";
            default -> "error";
        };
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** All requests so far, in order of arrival. */
    List<Request> requests() {
        return requests;
    }

    long count(String command) {
        return requests.stream()
                .filter(request -> request.is(command) && !request.isKeepAlive())
                .count();
    }

    /** The connection on which a command came first. */
    Peer peerOf(String command) {
        return peers.stream()
                .filter(peer -> peer.requests.stream().anyMatch(request -> request.is(command)))
                .findFirst()
                .orElseThrow();
    }

    /** The connections that the client has not closed. */
    List<Peer> open() {
        return peers.stream().filter(Peer::isOpen).toList();
    }

    int accepted() {
        return peers.size();
    }

    private void accept() {
        while (!closed) {
            try {
                Peer peer = new Peer(listening.accept());
                peers.add(peer);
                daemon(peer::read).start();
            } catch (IOException ex) {
                if (closed) {
                    return;
                }
            }
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        try {
            listening.close();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        peers.forEach(Peer::end);
    }

    /** A connection to the client. */
    final class Peer {

        private final Socket socket;

        private final List<Request> requests = new CopyOnWriteArrayList<>();

        private volatile boolean open = true;

        private Peer(Socket socket) throws IOException {
            this.socket = socket;
            socket.setTcpNoDelay(true);
        }

        boolean isOpen() {
            return open;
        }

        void say(String line) throws IOException {
            write(line + "\n");
        }

        void write(String bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            synchronized (this) {
                out.write(bytes.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        }

        void end() {
            open = false;
            try {
                socket.close();
            } catch (IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }

        void sayAfter(Duration pause, String line) {
            timer.schedule(() -> quietly(line + "\n"), pause.toMillis(), TimeUnit.MILLISECONDS);
        }

        void endAfter(Duration pause) {
            timer.schedule(this::end, pause.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Writes these bytes again and again, until the connection ends. */
        void drip(Duration pause, String bytes) {
            timer.scheduleAtFixedRate(() -> quietly(bytes), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void quietly(String bytes) {
            try {
                write(bytes);
            } catch (IOException ex) {
                open = false;
                throw new UncheckedIOException(ex);
            }
        }

        private void read() {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                String command;
                while ((command = in.readLine()) != null) {
                    Request request = new Request(command, in.readLine(), in.readLine());
                    requests.add(request);
                    ScriptedServer.this.requests.add(request);
                    script.requested(this, request);
                }
            } catch (IOException ex) {
                // The client has reset the connection, or the script has closed it.
                open = false;
            } finally {
                open = false;
            }
        }
    }
}
