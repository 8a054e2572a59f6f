package io.dflockd.reliability.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The path of one worker to one server: a TCP relay on the loopback address that can be made to fail. Thread-safe. */
public final class Relay implements AutoCloseable {

    /** What happens to the bytes that pass. */
    public enum Mode {
        /** They pass. */
        PASS,
        /** They pass one by one. */
        SINGLE_BYTES,
        /** They pass after a while. */
        SLOW,
        /** They wait in both directions, and all sockets stay open. */
        FROZEN,
        /** They wait on the way to the server only. */
        HALF_OPEN,
        /** They wait on the way to the client only. */
        HALF_OPEN_TOWARDS_CLIENT
    }

    private static final long SLOW_MILLIS = 20;

    private final ServerSocket listening;

    private final InetSocketAddress server;

    private final List<Path> paths = new CopyOnWriteArrayList<>();

    private volatile Mode mode = Mode.PASS;

    private volatile boolean closed;

    /** Listens on a free port. */
    public Relay(int serverPort) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
        this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /** What a client of the server connects to. */
    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** From now on. */
    public synchronized void mode(Mode next) {
        mode = next;
        notifyAll();
    }

    /** Closes all connections of both sides. */
    public void cut() {
        paths.forEach(path -> path.end(false, true, true));
    }

    /** Resets all connections of both sides. */
    public void reset() {
        paths.forEach(path -> path.end(true, true, true));
    }

    /** Resets all connections of the server's side. The client's side stays open, and nothing arrives there any more. */
    public void resetTowardsServer() {
        paths.forEach(path -> path.end(true, false, true));
    }

    /** Ends what {@link #resetTowardsServer} has left open. */
    public void endHalfOpen() {
        paths.stream().filter(path -> path.halfEnded).forEach(path -> path.end(false, true, true));
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                start(() -> connect(client));
            } catch (IOException ex) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket target = new Socket();
        Path path = new Path(client, target);
        try {
            awaitPassage(true);
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            target.connect(server, 2000);
            paths.add(path);
            start(() -> path.copy(client, target, true));
            path.copy(target, client, false);
        } catch (IOException ex) {
            path.end(false, true, true);
        }
    }

    private synchronized void awaitPassage(boolean toServer) {
        try {
            while (!closed
                    && (mode == Mode.FROZEN || mode == (toServer ? Mode.HALF_OPEN : Mode.HALF_OPEN_TOWARDS_CLIENT))) {
                wait();
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        mode(Mode.PASS);
        listening.close();
        cut();
    }

    private final class Path {

        private final Socket client;

        private final Socket target;

        private volatile boolean halfEnded;

        Path(Socket client, Socket target) {
            this.client = client;
            this.target = target;
        }

        void copy(Socket from, Socket to, boolean toServer) {
            byte[] buffer = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                int count = in.read(buffer);
                while (count >= 0) {
                    awaitPassage(toServer);
                    pass(buffer, count, out);
                    count = in.read(buffer);
                }
                awaitPassage(toServer);
            } catch (IOException ex) {
                // One of the two has ended.
            }
            if (!halfEnded) {
                end(false, true, true);
            }
        }

        private void pass(byte[] buffer, int count, OutputStream out) throws IOException {
            if (mode == Mode.SLOW) {
                try {
                    Thread.sleep(SLOW_MILLIS);
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            }
            if (mode == Mode.SINGLE_BYTES) {
                for (int i = 0; i < count; i++) {
                    out.write(buffer, i, 1);
                }
            } else {
                out.write(buffer, 0, count);
            }
        }

        void end(boolean reset, boolean clientToo, boolean serverToo) {
            halfEnded = !clientToo;
            if (serverToo) {
                close(target, reset);
            }
            if (clientToo) {
                close(client, reset);
                paths.remove(this);
            }
        }

        private static void close(Socket socket, boolean reset) {
            try {
                if (reset) {
                    socket.setSoLinger(true, 0);
                }
                socket.close();
            } catch (IOException ex) {
                // It is closed.
            }
        }
    }
}
