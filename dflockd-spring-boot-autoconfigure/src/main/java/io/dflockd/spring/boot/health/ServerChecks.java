package io.dflockd.spring.boot.health;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks all servers of all clients at the same time. Boot checks one server after the other; the first check asks all of them,
 * and the following checks take their answers from there, so that several silent servers cost one timeout in all. Thread-safe.
 */
final class ServerChecks {

    /** How long a round may be used after its end by the checks that follow. */
    private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

    /** An older answer is not used: the server is asked again. */
    private static final long FRESH_NANOS = Duration.ofMillis(100).toNanos();

    /** A server, as one client sees it. */
    record Target(DflockdClient client, ServerAddress server) {}

    /**
     * How a request ended.
     *
     * @param stats the answer, null where there is a failure
     * @param failure why there is no answer
     * @param nanos how long it took
     * @param at when it ended
     */
    record Answer(@Nullable ServerStats stats, @Nullable Throwable failure, long nanos, long at) {

        static Answer since(long start, @Nullable ServerStats stats, @Nullable Throwable failure) {
            long now = System.nanoTime();
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
            return new Answer(stats, cause == null ? failure : cause, now - start, now);
        }

        boolean isFresh() {
            return System.nanoTime() - at < FRESH_NANOS;
        }
    }

    private final List<Target> targets;

    private final Duration timeout;

    private volatile Round last = new Round(List.of());

    ServerChecks(Collection<DflockdClient> clients, Duration timeout) {
        this(
                clients.stream()
                        .flatMap(client -> client.servers().stream().map(server -> new Target(client, server)))
                        .toList(),
                timeout);
    }

    ServerChecks(List<Target> targets, Duration timeout) {
        this.targets = targets;
        this.timeout = timeout;
    }

    /** The answer of a server. */
    Answer await(Target target) throws InterruptedException, TimeoutException {
        Round round = last;
        CompletableFuture<Answer> answer = round.isOver() ? null : round.answers.remove(target);
        if (answer == null) {
            round = new Round(targets);
            answer = round.answers.remove(target);
            last = round;
        } else if (answer.isDone() && !answer.join().isFresh()) {
            round = new Round(List.of(target));
            answer = round.answers.remove(target);
        }
        if (answer == null) {
            throw new IllegalArgumentException(target + " is not one of " + targets);
        }
        long left = timeout.toNanos() - (System.nanoTime() - round.start);
        try {
            return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (ExecutionException ex) {
            return Answer.since(round.start, null, ex);
        }
    }

    /** All servers asked at one time. Each answer is used by one check. */
    private final class Round {

        private final long start = System.nanoTime();

        private final ConcurrentMap<Target, CompletableFuture<Answer>> answers = new ConcurrentHashMap<>();

        Round(List<Target> asked) {
            asked.forEach(target -> answers.put(target, ask(target)));
        }

        private CompletableFuture<Answer> ask(Target target) {
            try {
                return target.client()
                        .statsAsync(target.server())
                        .handle((stats, failure) -> Answer.since(start, stats, failure));
            } catch (RuntimeException ex) {
                return CompletableFuture.completedFuture(Answer.since(start, null, ex));
            }
        }

        boolean isOver() {
            return System.nanoTime() - start > timeout.toNanos() + GRACE_NANOS;
        }
    }
}
