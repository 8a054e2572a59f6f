package io.dflockd.client.internal.nolock;

import io.dflockd.client.SignalSubscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A subscription that never receives a signal. */
final class UnlockedSubscription implements SignalSubscription {

    private final String pattern;
    private final @Nullable String group;

    /** Completed when it ends: with true where its client was closed. */
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    UnlockedSubscription(String pattern, @Nullable String group) {
        this.pattern = pattern;
        this.group = group;
    }

    /** Ends it; false if it had ended before. */
    boolean end() {
        return ended.complete(false);
    }

    void endByClient() {
        ended.complete(true);
    }

    void whenEnded(Runnable action) {
        ended.thenRun(action);
    }

    void whenEndedByClient(Runnable action) {
        ended.thenAccept(byClient -> {
            if (byClient) {
                action.run();
            }
        });
    }

    CompletableFuture<Boolean> ended() {
        return ended;
    }

    @Override
    public String pattern() {
        return pattern;
    }

    @Override
    public @Nullable String group() {
        return group;
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
