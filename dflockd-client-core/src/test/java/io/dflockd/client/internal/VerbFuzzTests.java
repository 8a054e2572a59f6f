package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.client.Acquirable;
import io.dflockd.client.Fuzz;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.internal.FuzzedClient.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * A server that answers every verb with anything. No request hangs, none fails with an exception that is not the client's, nothing
 * is called busy unless the server said so, no defect is logged, and nothing is left behind.
 */
class VerbFuzzTests {

    private static final int CLIENTS = 3_600;

    private static final int VERBS_OF_A_CLIENT = 40;

    /** So many answers to each command in the whole run. */
    private static final int ANSWERS = 10_000;

    /** All commands but {@code auth}, which a connection sends before it is one. */
    private static final int VERBS = 14;

    private static final Duration CONNECT_AND_REQUEST = Duration.ofSeconds(15);

    private static final Duration REQUEST = Duration.ofSeconds(5);

    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

    /** Two renewals with the longest lease that is asked for here. */
    private static final Duration LONGEST_RENEWAL = Duration.ofSeconds(120);

    private final Map<String, Integer> answers = new TreeMap<>();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // Otherwise the thread is the one that looks at it first.
            event.prepareForDeferredProcessing();
            super.append(event);
        }
    };

    private final List<Logger> loggers = List.of(
            (Logger) LoggerFactory.getLogger("io.dflockd.client"), (Logger) LoggerFactory.getLogger("io.netty"));

    @BeforeEach
    void startLog() {
        log.start();
        loggers.forEach(logger -> {
            logger.setAdditive(false);
            logger.addAppender(log);
        });
    }

    @AfterEach
    void stopLog() {
        loggers.forEach(logger -> {
            logger.detachAppender(log);
            logger.setAdditive(true);
        });
    }

    @Test
    void everyVerbSurvivesEveryAnswer() {
        Fuzz.run(CLIENTS, random -> {
            FuzzedClient client = new FuzzedClient(random);
            for (int verb = 0; verb < VERBS_OF_A_CLIENT; verb++) {
                new Verb(client, random, "k" + verb).run();
            }
            client.close();
            assertNothingWasDefective();
            client.server.answers().forEach((command, count) -> answers.merge(command, count, Integer::sum));
        });
        // No verb: stats asks it too, and only where the answer may help.
        answers.remove("ping");
        assertThat(answers)
                .hasSizeGreaterThanOrEqualTo(VERBS)
                .allSatisfy((command, count) ->
                        assertThat(count).as("answers to %s", command).isGreaterThanOrEqualTo(ANSWERS));
    }

    /** The loop survives defects, and logs them. Only threads of tests without sockets count: others run at the same time. */
    private void assertNothingWasDefective() {
        assertThat(log.list)
                .filteredOn(event ->
                        event.getLevel() == Level.ERROR || event.getLoggerName().startsWith("io.netty"))
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .filteredOn(event -> event.getThreadName().equals("user-of-test")
                        || event.getThreadName().equals(Thread.currentThread().getName()))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
        log.list.clear();
    }

    /** One request, and what follows from it. */
    private record Verb(FuzzedClient client, RandomGenerator random, String key) {

        void run() {
            switch (random.nextInt(23)) {
                case 0, 1, 2 -> acquire(client.locks.lock(key));
                case 3, 4, 5 -> acquire(client.locks.semaphore(key, 3));
                case 6, 7, 8 -> emit();
                case 9, 10, 11 -> subscribe();
                case 12, 13, 14 -> stats();
                case 15, 16, 17, 18 -> queue(client.locks.lock(key));
                default -> queue(client.locks.semaphore(key, 3));
            }
        }

        private <A extends Acquirable<A>> void acquire(A what) {
            A asked = random.nextBoolean() ? what.withLease(Duration.ofSeconds(1 + random.nextInt(60))) : what;
            Duration timeout = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextInt(20_000));
            Duration limit = timeout.isZero() ? CONNECT_AND_REQUEST : longer(timeout, SHORTEST_WAIT);
            if (random.nextBoolean()) {
                Outcome<Optional<LockHandle>> tried =
                        client.outcome("try of " + key, asked.tryAcquireAsync(timeout), limit);
                checkBusy(tried);
                if (tried.value() != null) {
                    tried.value().ifPresent(this::hold);
                }
            } else {
                Outcome<LockHandle> acquired = client.outcome(
                        "acquire of " + key, asked.withAcquireTimeout(timeout).acquireAsync(), limit);
                checkBusy(acquired);
                if (acquired.value() != null) {
                    hold(acquired.value());
                }
            }
        }

        private <A extends Acquirable<A>> void queue(A what) {
            Outcome<QueuedAcquisition> queued =
                    client.outcome("enqueue of " + key, what.enqueueAsync(), CONNECT_AND_REQUEST);
            QueuedAcquisition place = queued.value();
            if (place == null) {
                return;
            }
            if (Fuzz.percent(random, 20)) {
                client.server.until(() -> false, Duration.ofMillis(random.nextInt(20_000)));
            }
            if (Fuzz.percent(random, 5)) {
                place.close();
            }
            Duration timeout = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(random.nextInt(20_000));
            Outcome<LockHandle> awaited =
                    client.outcome("await of " + key, place.awaitAsync(timeout), timeout.isZero() ? REQUEST : timeout);
            if (awaited.value() != null) {
                hold(awaited.value());
            }
        }

        /** A handle is told of its loss once, and its release ends. */
        private void hold(LockHandle handle) {
            List<String> losses = new ArrayList<>();
            LockHandle same = handle.onLost((lost, reason) -> losses.add(reason.toString()));
            for (int i = random.nextInt(4); i > 0; i--) {
                use(handle);
            }
            boolean lost = handle.state() == LockHandle.State.LOST;
            client.outcome("release of " + key, handle.releaseAsync(), REQUEST);
            client.loop.settle();
            assertThat(losses).as("losses told of %s", handle).hasSize(lost ? 1 : 0);
        }

        private void use(LockHandle handle) {
            switch (random.nextInt(4)) {
                case 0 -> renew(handle, handle.renewAsync());
                case 1 -> renew(handle, handle.renewAsync(Duration.ofSeconds(1 + random.nextInt(60))));
                case 2 -> renew(handle, handle.heldAsync());
                default -> client.server.until(() -> false, Duration.ofMillis(random.nextInt(30_000)));
            }
        }

        /** It ends with the deadline, which a server may set as late as it likes. */
        private void renew(LockHandle handle, CompletableFuture<Boolean> renewal) {
            if (handle.remainingLease().compareTo(LONGEST_RENEWAL.dividedBy(2)) <= 0) {
                client.outcome("renewal of " + key, renewal, LONGEST_RENEWAL);
            }
        }

        private void emit() {
            client.outcome("emit", client.signals.emitAsync("a.b", "payload"), REQUEST);
        }

        private void subscribe() {
            SignalSubscription one = client.signals.subscribe("a.*", signal -> {});
            SignalSubscription other = client.signals.subscribe("a.b", signal -> {});
            client.server.until(() -> false, Duration.ofMillis(random.nextInt(5_000)));
            client.outcome("close of a subscription", one.closeAsync(Duration.ofSeconds(1)), REQUEST);
            client.server.until(() -> false, Duration.ofMillis(random.nextInt(5_000)));
            client.outcome("close of the other one", other.closeAsync(Duration.ZERO), REQUEST);
        }

        private void stats() {
            client.outcome("stats", client.stats.ask(), REQUEST);
        }

        private void checkBusy(Outcome<?> outcome) {
            if (outcome.isBusy()) {
                assertThat(client.server.saidBusy(key))
                        .as("%s was called busy after %s", key, client.server.lastWord(key))
                        .isTrue();
            }
        }

        private static Duration longer(Duration one, Duration other) {
            return one.compareTo(other) > 0 ? one : other;
        }
    }
}
