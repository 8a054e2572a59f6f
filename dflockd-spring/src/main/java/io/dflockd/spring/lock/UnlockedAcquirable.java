package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Grants at once, to everybody.
 *
 * @param key the key
 * @param name the logical name
 */
record UnlockedAcquirable(String key, @Nullable String name) implements Acquirable<UnlockedAcquirable> {

    @Override
    public UnlockedAcquirable withLease(Duration lease) {
        return this;
    }

    @Override
    public UnlockedAcquirable withAcquireTimeout(Duration timeout) {
        return this;
    }

    @Override
    public UnlockedAcquirable withRenewRatio(double ratio) {
        return this;
    }

    @Override
    public UnlockedAcquirable withoutRenewal() {
        return this;
    }

    @Override
    public UnlockedAcquirable withName(String newName) {
        return new UnlockedAcquirable(key, newName);
    }

    @Override
    public LockHandle acquire() {
        return new UnlockedHandle(key);
    }

    @Override
    public Optional<LockHandle> tryAcquire() {
        return Optional.of(acquire());
    }

    @Override
    public Optional<LockHandle> tryAcquire(Duration timeout) {
        return tryAcquire();
    }

    @Override
    public CompletableFuture<LockHandle> acquireAsync() {
        return CompletableFuture.completedFuture(acquire());
    }

    @Override
    public CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
        return CompletableFuture.completedFuture(tryAcquire());
    }

    @Override
    public CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return tryAcquireAsync();
    }

    @Override
    public QueuedAcquisition enqueue() {
        return new UnlockedPlace(key);
    }

    @Override
    public CompletableFuture<QueuedAcquisition> enqueueAsync() {
        return CompletableFuture.completedFuture(enqueue());
    }
}
