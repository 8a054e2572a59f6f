package io.dflockd.client.internal.nolock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.ClientClosedException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Grants at once, to everybody. Immutable. */
abstract class UnlockedAcquirable<A extends Acquirable<A>> implements Acquirable<A> {

    /** The lease of a server with default settings. */
    static final Duration DEFAULT_LEASE = Duration.ofSeconds(33);

    private final UnlockedClient client;

    private final String key;

    private final Duration lease;

    private final @Nullable String name;

    UnlockedAcquirable(UnlockedClient client, String key, Duration lease, @Nullable String name) {
        this.client = client;
        this.key = key;
        this.lease = lease;
        this.name = name;
    }

    abstract A with(Duration lease, @Nullable String name);

    abstract A self();

    final UnlockedClient client() {
        return client;
    }

    @Override
    public final String key() {
        return key;
    }

    @Override
    public final @Nullable String name() {
        return name;
    }

    @Override
    public final A withLease(Duration newLease) {
        return with(Duration.ofSeconds(FieldRules.leaseSeconds(newLease)), name);
    }

    @Override
    public final A withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return self();
    }

    @Override
    public final A withRenewRatio(double ratio) {
        FieldRules.renewRatio(ratio);
        return self();
    }

    @Override
    public final A withoutRenewal() {
        return self();
    }

    @Override
    public final A withName(String newName) {
        return with(lease, newName);
    }

    @Override
    public final LockHandle acquire() {
        client.requireOpen();
        return new UnlockedHandle(key, lease);
    }

    @Override
    public final Optional<LockHandle> tryAcquire() {
        return Optional.of(acquire());
    }

    @Override
    public final Optional<LockHandle> tryAcquire(Duration timeout) {
        if (!timeout.isNegative()) {
            FieldRules.timeoutSeconds(timeout);
        }
        return tryAcquire();
    }

    @Override
    public final CompletableFuture<LockHandle> acquireAsync() {
        return async(this::acquire);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
        return async(this::tryAcquire);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return async(() -> tryAcquire(timeout));
    }

    @Override
    public final QueuedAcquisition enqueue() {
        client.requireOpen();
        return new UnlockedPlace(key, lease);
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        return async(this::enqueue);
    }

    private static <T> CompletableFuture<T> async(Supplier<T> verb) {
        try {
            return CompletableFuture.completedFuture(verb.get());
        } catch (ClientClosedException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }
}
