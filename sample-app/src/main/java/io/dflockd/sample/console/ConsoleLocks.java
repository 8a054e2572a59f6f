package io.dflockd.sample.console;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The locks and permits that buttons have taken or wait for. They belong to this process and not to a browser. */
@Component
class ConsoleLocks {

    /** Each one that waits has a connection of its own. */
    static final int MOST = 200;

    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final DflockdClient client;

    private final Map<Long, Hold> holds = new ConcurrentHashMap<>();

    private final AtomicLong lastId = new AtomicLong();

    ConsoleLocks(DflockdClient client) {
        this.client = client;
    }

    /** Takes it if it is free. */
    Outcome take(Wanted wanted) throws InterruptedException {
        if (isFull()) {
            return full();
        }
        Optional<LockHandle> handle = wanted.at(client).tryAcquire();
        if (handle.isEmpty()) {
            return Outcome.refused(HttpStatus.CONFLICT, wanted.key() + " is busy; queue for it instead");
        }
        add(wanted, CompletableFuture.completedFuture(handle.get()));
        return Outcome.done("took " + wanted.key());
    }

    /** Waits for it without a thread. */
    Outcome queue(Wanted wanted) {
        if (isFull()) {
            return full();
        }
        add(wanted, wanted.at(client).withAcquireTimeout(PATIENCE).acquireAsync());
        return Outcome.done("queued for " + wanted.key());
    }

    /** Releases a hold, or leaves the queue. */
    Outcome end(long id) {
        Hold hold = holds.get(id);
        if (hold == null || hold.isOver()) {
            return Outcome.refused(HttpStatus.NOT_FOUND, "this lock is no longer held or waited for");
        }
        boolean waited = hold.isWaiting();
        hold.end().whenComplete((confirmed, failure) -> {});
        return Outcome.done(
                (waited ? "no longer waits for " : "released ") + hold.wanted().key());
    }

    /** In the order of the buttons. */
    List<Hold> all() {
        holds.values().removeIf(Hold::isOutdated);
        return holds.values().stream().sorted(Comparator.comparing(Hold::id)).toList();
    }

    /** A held lock would keep the shutdown waiting. */
    @PreDestroy
    void close() {
        CompletableFuture<?>[] ends = holds.values().stream().map(Hold::end).toArray(CompletableFuture<?>[]::new);
        // A release is answered or given up within the request timeout.
        CompletableFuture.allOf(ends)
                .completeOnTimeout(null, 10, TimeUnit.SECONDS)
                .join();
    }

    private void add(Wanted wanted, CompletableFuture<LockHandle> acquisition) {
        long id = lastId.incrementAndGet();
        holds.put(id, new Hold(id, wanted, acquisition));
    }

    private boolean isFull() {
        return holds.values().stream().filter(hold -> !hold.isOver()).count() >= MOST;
    }

    private static Outcome full() {
        return Outcome.refused(
                HttpStatus.TOO_MANY_REQUESTS,
                "this page holds or waits for " + MOST + " locks, its maximum; release one first");
    }
}
