package io.dflockd.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Acquires and releases from one thread over many connections, each with so many keys in flight. */
final class PairLoad {

    private static final byte[] SOME_TOKEN = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private PairLoad() {}

    /** Returns pairs per second; without tokens in the answers, releases carry an invented one. */
    static long run(int port, int connections, int inFlight, int seconds, boolean tokens) throws IOException {
        List<Client> clients = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Client client = new Client(channel, i, inFlight, tokens);
                channel.register(selector, SelectionKey.OP_READ, client);
                clients.add(client);
                client.start();
            }
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < end) {
                selector.select(key -> ((Client) key.attachment()).ready(), 100);
            }
            long pairs = clients.stream().mapToLong(c -> c.pairs).sum();
            return pairs * TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start);
        } finally {
            for (Client client : clients) {
                client.channel.close();
            }
        }
    }

    private static final class Lane {
        final byte[] acquire;
        final byte[] release;
        boolean held;

        Lane(String key) {
            acquire = ("l\n" + key + "\n10\n").getBytes(StandardCharsets.US_ASCII);
            release = ("r\n" + key + "\n").getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final class Client {
        final SocketChannel channel;
        final boolean tokens;
        final Deque<Lane> asked = new ArrayDeque<>();
        final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
        final ByteBuffer out = ByteBuffer.allocateDirect(128 * 1024);
        final byte[] token = new byte[SOME_TOKEN.length];
        long pairs;

        Client(SocketChannel channel, int number, int inFlight, boolean tokens) {
            this.channel = channel;
            this.tokens = tokens;
            for (int i = 0; i < inFlight; i++) {
                asked.add(new Lane("bench_" + number + "_" + i));
            }
        }

        void start() throws IOException {
            asked.forEach(lane -> out.put(lane.acquire));
            flush();
        }

        void ready() {
            try {
                if (channel.read(in) < 0) {
                    throw new IOException("closed");
                }
                in.flip();
                int start = 0;
                for (int i = 0; i < in.limit(); i++) {
                    if (in.get(i) == '\n') {
                        answered(start, i);
                        start = i + 1;
                    }
                }
                in.position(start).compact();
                flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private void answered(int start, int end) {
            Lane lane = asked.remove();
            asked.add(lane);
            if (lane.held) {
                lane.held = false;
                pairs++;
                out.put(lane.acquire);
                return;
            }
            lane.held = true;
            out.put(lane.release);
            if (tokens) {
                if (end - start < 36 || in.get(start) != 'o') {
                    throw new IllegalStateException("not a grant");
                }
                in.get(start + 3, token);
                out.put(token);
            } else {
                out.put(SOME_TOKEN);
            }
            out.put((byte) '\n');
        }

        private void flush() throws IOException {
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            out.clear();
        }
    }
}
