package io.dflockd.benchmarks.load;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import io.dflockd.client.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One socket, one thread: reads some answers, follows each grant with its release and each release with the next acquire,
 * all in one write. Nothing that goes over one connection can be much cheaper. With several connections, each has its
 * share of the keys, and a thread of its own.
 */
record BarePipelinedLoad(Stripes stripes) implements Mode.Load {

    private static final int TOKEN_LENGTH = 32;

    @Override
    public Summary run(Plan plan) throws Exception {
        List<Loop> loops = new ArrayList<>();
        try {
            for (List<String> keys : stripes.keysOfConnections(plan.inFlight())) {
                loops.add(new Loop(plan.servers().get(0), keys, plan.rounds()));
            }
            Span time = Workers.run(plan.threads(), loops);
            return Latencies.summarize(
                    loops.stream().flatMap(loop -> loop.times.stream()).toList(), time);
        } finally {
            for (Loop loop : loops) {
                loop.channel.close();
            }
        }
    }

    private static final class Loop implements Workers.Work {

        private final SocketChannel channel;

        private final int depth;

        private final byte[][] acquires;

        private final byte[][] releases;

        private final boolean[] held;

        private final int[] left;

        private final long[] begun;

        private final List<Latencies> times = new ArrayList<>();

        /** The keys of the requests on their way, in order: answers have no names. */
        private final int[] order;

        private int head;

        private int size;

        private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);

        private final byte[] line = new byte[1 << 16];

        private final ByteBuffer out = ByteBuffer.allocateDirect(1 << 17);

        Loop(ServerAddress server, List<String> keys, int rounds) throws IOException {
            this.channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(server.host(), server.port()));
            this.depth = keys.size();
            this.acquires = new byte[depth][];
            this.releases = new byte[depth][];
            this.held = new boolean[depth];
            this.left = new int[depth];
            this.begun = new long[depth];
            this.order = new int[depth];
            for (int i = 0; i < depth; i++) {
                acquires[i] = ("l\n" + keys.get(i) + "\n0\n").getBytes(StandardCharsets.UTF_8);
                releases[i] =
                        ("r\n" + keys.get(i) + "\n" + "0".repeat(TOKEN_LENGTH) + "\n").getBytes(StandardCharsets.UTF_8);
                left[i] = rounds;
                times.add(new Latencies(rounds));
            }
        }

        @Override
        public void run() throws IOException {
            for (int i = 0; i < depth; i++) {
                acquire(i);
            }
            while (size > 0) {
                write();
                if (channel.read(in) < 0) {
                    throw new IOException("the server closed the connection");
                }
                in.flip();
                lines();
                in.compact();
            }
        }

        private void write() throws IOException {
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
            out.clear();
        }

        private void lines() throws IOException {
            int length = in.remaining();
            in.get(in.position(), line, 0, length);
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (line[i] == '\n') {
                    answered(from, i - from);
                    from = i + 1;
                }
            }
            in.position(in.position() + from);
        }

        private void answered(int from, int length) throws IOException {
            if (length < 2 || line[from] != 'o' || line[from + 1] != 'k') {
                throw new IOException("refused: " + new String(line, from, length, StandardCharsets.UTF_8));
            }
            int slot = order[head];
            head = head + 1 == depth ? 0 : head + 1;
            size--;
            if (held[slot]) {
                held[slot] = false;
                times.get(slot).add(System.nanoTime() - begun[slot]);
                if (left[slot] > 0) {
                    acquire(slot);
                }
            } else {
                held[slot] = true;
                byte[] release = releases[slot];
                System.arraycopy(line, from + 3, release, release.length - 1 - TOKEN_LENGTH, TOKEN_LENGTH);
                send(slot, release);
            }
        }

        private void acquire(int slot) {
            left[slot]--;
            begun[slot] = System.nanoTime();
            send(slot, acquires[slot]);
        }

        private void send(int slot, byte[] request) {
            out.put(request);
            order[(head + size) % depth] = slot;
            size++;
        }
    }
}
