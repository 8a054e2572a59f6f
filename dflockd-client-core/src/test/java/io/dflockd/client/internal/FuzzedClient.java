package io.dflockd.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.internal.lock.Locks;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.signal.ClientSignals;
import io.dflockd.client.internal.stats.StatsConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The parts of a client, assembled as {@link ClientEngine} does it, on a clock of the test's and with a random server. */
final class FuzzedClient {

    /** By which timers may be late: some begin when others have fired. */
    private static final Duration TICKS = Duration.ofMillis(50);

    /** Far more than the longest line that a client accepts in a test without sockets. */
    private static final long MAX_MEMORY = 1 << 20;

    /** Longer than the longest delay before something is tried again. */
    private static final Duration LAST_ATTEMPTS = Duration.ofSeconds(30);

    final TestLoop loop = new TestLoop();

    final ClientSettings settings = new ClientSettings();

    final RandomServer server;

    final Locks locks;

    final ClientSignals signals;

    final StatsConnection stats;

    private final TestDialer dialer = new TestDialer(loop);

    private final ServerConnections connections;

    FuzzedClient(RandomGenerator random) {
        settings.servers = List.of(ServerEnd.ADDRESS);
        settings.serverAutoRelease = random.nextInt(4) > 0;
        settings.fenceFromToken = random.nextBoolean();
        server = new RandomServer(loop, dialer, random);
        connections = new ServerConnections(
                ServerEnd.ADDRESS, dialer, loop.loop(), 10, settings.waitConnectionIdle.toNanos());
        stats = new StatsConnection(
                connections, Runnable::run, settings.maxStatsBytes, settings.requestTimeout.toNanos());
        // As the client does it: asks the server, and may get no answer.
        locks = new Locks(
                loop.loop(),
                settings,
                List.of(connections),
                (at, key, found) ->
                        stats.ask().whenComplete((answer, failure) -> found.accept(failure == null ? 2 : null)));
        signals = new ClientSignals(loop.loop(), settings, List.of(connections), loop.loop()::callBack);
    }

    /** What became of a request. */
    record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {

        boolean isBusy() {
            return failure instanceof LockTimeoutException
                    || (value instanceof Optional<?> optional && optional.isEmpty());
        }
    }

    /** Waits for a request, which has to end within its limit, with a value or with one of the client's exceptions. */
    <T> Outcome<T> outcome(String what, CompletableFuture<T> request, Duration limit) {
        boolean ended = server.until(request::isDone, limit.plus(TICKS));
        assertThat(ended).as("%s ends within %s", what, limit).isTrue();
        assertThat(server.memory()).as("bytes in buffers").isLessThan(MAX_MEMORY);
        Outcome<T> outcome = request.handle((value, failure) ->
                        new Outcome<T>(value, failure instanceof CompletionException ? failure.getCause() : failure))
                .join();
        if (outcome.failure() != null) {
            assertThat(outcome.failure()).as(what).isInstanceOf(DflockdException.class);
            for (Throwable cause = outcome.failure(); cause != null; cause = cause.getCause()) {
                assertThat(cause)
                        .as("a defect behind the failure of %s", what)
                        .isInstanceOfAny(
                                DflockdException.class,
                                IOException.class,
                                NumberFormatException.class,
                                IllegalArgumentException.class);
            }
        }
        return outcome;
    }

    /** Closes it in the steps of {@link ClientEngine#close}. Nothing may be left. */
    void close() {
        loop.close();
        signals.close();
        Duration step = settings.requestTimeout;
        CompletableFuture<Void> drained = locks.register().drain();
        loop.settle();
        server.until(drained::isDone, step);
        server.until(locks.register().loseAll()::isDone, step);
        server.until(locks.register().releaseKept()::isDone, step);
        stats.close();
        connections.close();
        loop.settle();
        server.end();
        loop.advance(LAST_ATTEMPTS);
        assertThat(loop.isIdle()).as("nothing is left to do").isTrue();
        ClientSnapshot snapshot = locks.register().snapshot(Map.of(), List.of());
        assertThat(snapshot.held()).isEmpty();
        assertThat(snapshot.waiting()).isEmpty();
        assertThat(server.memory()).as("bytes left behind").isZero();
        assertThat(connections.open()).as("connections").isZero();
    }
}
