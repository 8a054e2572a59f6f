package io.dflockd.client.internal.nolock;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalSubscription;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A subscription that never receives a signal.
 *
 * @param ended completed when it ends, with true if its client was closed
 */
record UnlockedSubscription(String pattern, @Nullable String group, CompletableFuture<Boolean> ended)
        implements SignalSubscription {

    UnlockedSubscription(String pattern, @Nullable String group) {
        this(pattern, group, new CompletableFuture<>());
    }

    /** Ends it; false if it had ended before. */
    boolean end() {
        return ended.complete(false);
    }

    void endByClient() {
        ended.complete(true);
    }

    /** Waits for the end, at most for the given time. Null: there are no signals. */
    @Nullable
    Signal awaitEnd(long nanos) throws InterruptedException {
        try {
            ended.get(nanos, TimeUnit.NANOSECONDS);
            return null;
        } catch (TimeoutException | ExecutionException ex) {
            return null;
        }
    }

    @Override
    public CompletableFuture<Void> ready() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isConnected() {
        return !isClosed();
    }

    @Override
    public long received() {
        return 0;
    }

    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public int buffered() {
        return 0;
    }

    @Override
    public boolean isClosed() {
        return ended.isDone();
    }

    @Override
    public boolean close(Duration drain) {
        Objects.requireNonNull(drain, "drain must not be null");
        end();
        return true;
    }

    @Override
    public CompletableFuture<Boolean> closeAsync(Duration drain) {
        return CompletableFuture.completedFuture(close(drain));
    }

    @Override
    public void close() {
        end();
    }
}
