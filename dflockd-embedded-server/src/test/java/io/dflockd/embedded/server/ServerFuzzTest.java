package io.dflockd.embedded.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.LockRules;
import io.dflockd.embedded.table.Resource;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Clients without sockets that send anything, in any segments. Each request is answered once with a line of the protocol, no defect
 * is logged, buffers stay small, and when the clients have gone nothing is held or queued.
 */
@Timeout(60)
class ServerFuzzTest {

    private static final int SERVERS = 50;

    private static final int STEPS = 150;

    private static final int CLIENTS = 6;

    private static final Pattern ANSWER =
            Pattern.compile("(?:ok(?: .*)?|timeout|queued|acquired .*|error|error_[a-z_]+)", Pattern.DOTALL);

    /** The largest write of a turn, a segment, and what else a connection needs. */
    private static final long MAX_MEMORY = 512 * 1024;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Otherwise the thread is the one that looks at it first.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.dflockd.embedded");

    @BeforeEach
    void startLog() {
        log.start();
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(log);
    }

    @AfterEach
    void stopLog() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static ServerSettings settings(Dialect dialect, @Nullable String authToken) {
        long forever = TimeUnit.DAYS.toNanos(1);
        return new ServerSettings(
                "127.0.0.1",
                0,
                new LockRules(dialect, true, 100, 50, TimeUnit.MINUTES.toNanos(1), true),
                LeaseTime.of(Duration.ofSeconds(33)),
                forever,
                forever,
                forever,
                forever,
                0,
                0,
                0,
                10,
                false,
                authToken,
                null,
                null,
                100);
    }

    @ParameterizedTest
    @EnumSource
    void anyRequests(Dialect dialect) {
        Fuzz.run(SERVERS, random -> {
            ServerCore core = new ServerCore(settings(dialect, random.nextInt(4) == 0 ? "secret" : null));
            try {
                new Attack(core, random).run();
            } finally {
                core.stop(true);
            }
            assertThat(log.list)
                    .filteredOn(event ->
                            event.getThreadName().equals(Thread.currentThread().getName()))
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isEmpty();
        });
    }

    /** One server and its clients. The thread of the test is their event loop. */
    private static final class Attack {

        private final ServerCore core;

        private final RandomGenerator random;

        private final List<Client> clients = new ArrayList<>();

        Attack(ServerCore core, RandomGenerator random) {
            this.core = core;
            this.random = random;
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (clients.size() < CLIENTS) {
                    clients.add(new Client(core));
                }
                Client client = clients.get(random.nextInt(clients.size()));
                client.act(random);
                if (random.nextInt(5) == 0) {
                    pass(Duration.ofMillis(random.nextInt(20_000)));
                }
                settle();
                clients.removeIf(Client::isOver);
            }
            clients.forEach(Client::finish);
            settle();
            clients.forEach(Client::leave);
            settle();
            assertThat(core.table().resources()).as("held or queued").allMatch(Resource::isIdle);
            assertThat(core.signals().subscriptions()).isEmpty();
            assertThat(core.connections().all()).isEmpty();
            clients.forEach(Client::assertNothingIsLeft);
        }

        private void pass(Duration time) {
            core.table().advanceClock(time);
            core.table().sweep();
            core.table().collectGarbage();
            clients.forEach(client -> client.pass(time));
        }

        private void settle() {
            for (int round = 0; round < 3; round++) {
                clients.forEach(Client::settle);
            }
        }
    }

    private static final class Client {

        private final EmbeddedChannel channel = new EmbeddedChannel();

        private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

        private final ServerConnection connection;

        /** Line breaks that were sent; three make a request. */
        private int lines;

        private int answers;

        private final StringBuilder received = new StringBuilder();

        /** Sent, but the server does not read. */
        private byte[] waiting = {};

        Client(ServerCore core) {
            channel.config().setAllocator(memory);
            connection = core.connections().add(id -> new ServerConnection(core, id, channel));
            channel.pipeline().addLast(new ConnectionHandler(connection));
        }

        boolean isOver() {
            if (channel.isOpen()) {
                return false;
            }
            assertNothingIsLeft();
            return true;
        }

        void act(RandomGenerator random) {
            switch (random.nextInt(40)) {
                case 0 -> leave();
                case 1 -> channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                case 2 -> send(RandomRequests.noise(random, 2_000), random);
                default -> send(RandomRequests.some(random), random);
            }
        }

        private void send(byte[] bytes, RandomGenerator random) {
            waiting = join(waiting, bytes);
            int largest = Math.max(1 << random.nextInt(12), waiting.length / 100);
            while (channel.isOpen() && channel.config().isAutoRead() && waiting.length > 0) {
                int length = Math.min(waiting.length, 1 + random.nextInt(largest));
                arrives(Arrays.copyOf(waiting, length));
                waiting = Arrays.copyOfRange(waiting, length, waiting.length);
            }
        }

        private void arrives(byte[] segment) {
            for (byte next : segment) {
                lines += next == '\n' ? 1 : 0;
            }
            channel.writeInbound(memory.buffer().writeBytes(segment));
            settle();
            assertThat(used()).as("bytes in buffers").isLessThan(MAX_MEMORY);
        }

        void pass(Duration time) {
            channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }

        void settle() {
            channel.runPendingTasks();
            channel.checkException();
            ByteBuf out;
            while ((out = channel.readOutbound()) != null) {
                received.append(out.toString(StandardCharsets.ISO_8859_1));
                out.release();
            }
            int end;
            while ((end = received.indexOf("\n")) >= 0) {
                String line = received.substring(0, end);
                received.delete(0, end + 1);
                if (!line.startsWith("sig ")) {
                    assertThat(line).matches(ANSWER);
                    answers++;
                }
            }
        }

        /** What does not block has been answered once. */
        void finish() {
            settle();
            if (channel.isOpen() && waiting.length == 0 && !connection.isBlocked() && connection.isAuthenticated()) {
                assertThat(answers)
                        .as("answers of connection %s", connection.id())
                        .isEqualTo(lines / 3);
            }
        }

        void leave() {
            channel.close();
            settle();
        }

        void assertNothingIsLeft() {
            settle();
            assertThat(answers).as("answers, one to say goodbye included").isLessThanOrEqualTo(lines / 3 + 1);
            assertThat(used()).as("bytes left behind").isZero();
        }

        private long used() {
            return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        }

        private static byte[] join(byte[] first, byte[] second) {
            byte[] joined = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, joined, first.length, second.length);
            return joined;
        }
    }
}
