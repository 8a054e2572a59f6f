package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever clients do, the server stays up, its memory stays bounded, and the others are served. */
class HostileClientTest extends ServerTest {

    private static final long FUZZ_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String[] COMMANDS = {
        "l",
        "r",
        "n",
        "e",
        "w",
        "sl",
        "sr",
        "sn",
        "se",
        "sw",
        "rl",
        "wl",
        "re",
        "we",
        "listen",
        "unlisten",
        "signal",
        "stats",
        "auth",
        "ping",
        "",
        " l",
        "L"
    };
    private static final String[] KEYS = {"k", "k2", "a.b", "a.*", ">", "", "a b", "\u00ff\u00fe", "\0"};
    private static final String[] WORDS = {
        "0",
        "1",
        "2",
        "+1",
        "-1",
        "x",
        "9223372036",
        "9223372037",
        "18446744074",
        "99999999999999999999",
        "\t",
        " ",
        "\u00c2\u00a0",
        "\r",
        "0123456789abcdef0123456789abcdef"
    };

    @ParameterizedTest
    @EnumSource
    void randomRequestsAndRandomBytes(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder()
                .generation(generation)
                .defaultLease(millis(20))
                .leaseSweepInterval(millis(5))
                .gcInterval(millis(10))
                .gcMaxIdle(millis(20))
                .writeTimeout(millis(200)));
        Wire witness = connect(server);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Wire> clients = new ArrayList<>();
        long end = System.nanoTime() + FUZZ_NANOS;
        int rounds = 0;
        while (System.nanoTime() < end) {
            if (clients.size() < 20) {
                clients.add(Wire.to(server));
            }
            Wire client = clients.get(random.nextInt(clients.size()));
            try {
                attack(client, random);
            } catch (SocketException e) {
                // The server has hung up on it.
                clients.remove(client);
                client.close();
                continue;
            }
            if (random.nextInt(20) == 0) {
                clients.remove(client);
                leave(client, random);
            }
            if (rounds++ % 50 == 0) {
                assertThat(witness.ask("l", "witness-" + seed, "0"))
                        .as("seed %s", seed)
                        .matches("ok .*|timeout");
            }
        }
        for (Wire client : clients) {
            leave(client, random);
        }
        assertThat(rounds).isGreaterThan(100);
        // Ghosts with endless timeouts may be left, even behind themselves: they go once all leases have ended.
        server.advanceLeaseClock(seconds(9_223_372_036L));
        server.await(v -> v.connections().size() == 1 && v.waiters().isEmpty(), SOON);
        server.awaitQuiet(SOON);
    }

    private static void attack(Wire client, Random random) throws IOException {
        StringBuilder bytes = new StringBuilder();
        int requests = 1 + random.nextInt(5);
        for (int i = 0; i < requests; i++) {
            if (random.nextInt(10) == 0) {
                byte[] noise = new byte[random.nextInt(600)];
                random.nextBytes(noise);
                bytes.append(new String(noise, StandardCharsets.ISO_8859_1));
            } else {
                bytes.append(pick(COMMANDS, random))
                        .append('\n')
                        .append(pick(KEYS, random))
                        .append('\n');
                for (int words = random.nextInt(4); words > 0; words--) {
                    bytes.append(pick(WORDS, random)).append(random.nextBoolean() ? " " : "");
                }
                bytes.append('\n');
            }
        }
        int cut = random.nextInt(bytes.length() + 1);
        client.send(bytes.substring(0, cut));
        client.send(bytes.substring(cut));
    }

    private static String pick(String[] choice, Random random) {
        return choice[random.nextInt(choice.length)];
    }

    private static void leave(Wire client, Random random) throws IOException {
        if (random.nextBoolean()) {
            client.abort();
        } else {
            client.close();
        }
    }

    @Test
    void thousandsOfSilentConnections() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire witness = connect(server);
        int count = (int) Math.min(10_000, Descriptors.free() / 2 - 500);
        assertThat(count).as("file descriptors").isGreaterThan(100);
        List<SocketChannel> silent = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                silent.add(SocketChannel.open(new InetSocketAddress(server.host(), server.port())));
            }
            server.await(v -> v.connections().size() == count + 1, SOON);
            assertThat(witness.ask("l", "k", "0")).startsWith("ok ");
            assertThat(Thread.getAllStackTraces().size()).isLessThan(count);
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
        server.await(v -> v.connections().size() == 1, SOON);
        assertThat(witness.ask("l", "k", "0")).isEqualTo("timeout");
    }

    @Test
    void linesWithoutAnEnd() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().readTimeout(seconds(4)));
        Wire witness = connect(server);
        Wire endless = connect(server);
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');
        long before = usedMemory();
        for (int i = 0; i < 100; i++) {
            endless.socket().getOutputStream().write(chunk);
        }
        assertThat(witness.ask("l", "k", "0")).startsWith("ok ");
        assertThat(usedMemory() - before).isLessThan(50L << 20);
        assertThat(endless.line()).isEqualTo("error");
        endless.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void pipeliningBehindABlockedRequestIsNotRead() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire holder = connect(server);
        String token = Wire.tokenOf(holder.ask("l", "k", "0"));
        try (SocketChannel flood = SocketChannel.open(new InetSocketAddress(server.host(), server.port()))) {
            flood.write(ByteBuffer.wrap("l\nk\n60\n".getBytes()));
            awaitWaiters(server, "k", 1);
            flood.configureBlocking(false);
            ByteBuffer junk = ByteBuffer.wrap("zz\nk\n\n".repeat(10_000).getBytes());
            long sent = 0;
            int idle = 0;
            // The kernel's buffers take some megabytes, then nothing more.
            while (idle < 50) {
                int n = flood.write(junk.rewind());
                sent += n;
                idle = n == 0 ? idle + 1 : 0;
                holder.ask("n", "k", token);
            }
            assertThat(sent).isLessThan(64L << 20);
            assertThat(server.view().count("(unknown)")).isZero();
        }
    }

    @Test
    void aClientThatAsksForALotLetsOthersTakeTurns() throws Exception {
        EmbeddedDflockdServer server = start();
        List<Wire> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Wire client = connect(server);
            clients.add(client);
            // Long keys make long answers: a dozen fill a turn.
            assertThat(client.ask("l", "k".repeat(200) + i, "0")).startsWith("ok ");
        }
        try (InjectedFault stall = server.faults().stall()) {
            for (Wire client : clients) {
                client.send("stats\n_\n_\n".repeat(40));
            }
        }
        server.await(v -> v.count("stats") == 800, SOON);
        long last = 0;
        int run = 0;
        int longest = 0;
        for (RequestView request : server.view().requests()) {
            run = request.connectionId() == last ? run + 1 : 1;
            last = request.connectionId();
            longest = Math.max(longest, run);
        }
        assertThat(longest).isBetween(2, 20);
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** How many files this process may still open. */
    private static final class Descriptors {

        static long free() {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                    ? unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount()
                    : 2000;
        }
    }
}
