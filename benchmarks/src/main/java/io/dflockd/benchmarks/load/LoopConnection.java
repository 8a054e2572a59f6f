package io.dflockd.benchmarks.load;

import io.dflockd.client.ServerAddress;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The least that a client with one thread for all sockets can do: callers hand requests to that thread. It selects, writes the
 * gathered requests and completes a future for each answer. No timers, leases, handles or errors.
 */
public final class LoopConnection implements AutoCloseable {

    private static final int SIZE = 1 << 17;

    private final Selector selector = Selector.open();

    private final List<Socket> sockets = new ArrayList<>();

    private final ConcurrentLinkedQueue<Request> incoming = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean woken = new AtomicBoolean();

    private final byte[] bytes = new byte[SIZE];

    private final Thread thread = new Thread(this::loop, "bare-loop");

    private volatile boolean closed;

    private volatile @Nullable IOException failure;

    private record Request(Socket socket, byte[] bytes, CompletableFuture<byte[]> answer) {}

    /** Connects one socket. */
    public LoopConnection(ServerAddress server) throws IOException {
        this(server, 1);
    }

    /** Connects several sockets. */
    LoopConnection(ServerAddress server, int number) throws IOException {
        for (int i = 0; i < number; i++) {
            sockets.add(new Socket(server));
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** Sends a request on the first socket; the future is completed by the loop. */
    public CompletableFuture<byte[]> ask(byte[] request) {
        return ask(0, request);
    }

    /** Sends a request on a socket; the future is completed by the loop. */
    CompletableFuture<byte[]> ask(int socket, byte[] request) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        incoming.add(new Request(sockets.get(socket), request, answer));
        if (!woken.get() && woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
        if (closed) {
            answer.completeExceptionally(failure == null ? new IOException("closed") : failure);
        }
        return answer;
    }

    private void loop() {
        try {
            while (!closed) {
                selector.select();
                for (SelectionKey ready : selector.selectedKeys()) {
                    ((Socket) ready.attachment()).read();
                }
                selector.selectedKeys().clear();
                woken.set(false);
                Request request;
                while ((request = incoming.poll()) != null) {
                    request.socket.add(request);
                }
                for (Socket socket : sockets) {
                    socket.flush();
                }
            }
        } catch (IOException ex) {
            failure = ex;
            closed = true;
            sockets.forEach(socket -> socket.fail(ex));
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closed = true;
        selector.wakeup();
        thread.join(5000);
        for (Socket socket : sockets) {
            socket.channel.close();
        }
        selector.close();
    }

    private final class Socket {

        private final SocketChannel channel = SocketChannel.open();

        private final ArrayDeque<CompletableFuture<byte[]>> outstanding = new ArrayDeque<>();

        private final ByteBuffer in = ByteBuffer.allocateDirect(SIZE);

        private final ByteBuffer out = ByteBuffer.allocateDirect(SIZE);

        Socket(ServerAddress server) throws IOException {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(server.host(), server.port()));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, this);
        }

        void read() throws IOException {
            int size = channel.read(in);
            if (size < 0) {
                throw new EOFException("the server closed the connection");
            }
            in.flip();
            int length = in.remaining();
            in.get(in.position(), bytes, 0, length);
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (bytes[i] == '\n') {
                    byte[] line = java.util.Arrays.copyOfRange(bytes, from, i);
                    from = i + 1;
                    outstanding.remove().complete(line);
                }
            }
            in.position(in.position() + from);
            in.compact();
        }

        void add(Request request) throws IOException {
            if (out.remaining() < request.bytes.length) {
                flush();
            }
            out.put(request.bytes);
            outstanding.add(request.answer);
        }

        void flush() throws IOException {
            if (out.position() == 0) {
                return;
            }
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            out.clear();
        }

        void fail(IOException cause) {
            outstanding.forEach(answer -> answer.completeExceptionally(cause));
        }
    }
}
