package io.dflockd.client.internal.nolock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.lock.LockSpec;
import io.dflockd.client.internal.lock.SpecifiedAcquirable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Grants at once, to everybody. Immutable. */
abstract class UnlockedAcquirable<A extends Acquirable<A>> extends SpecifiedAcquirable<A> {

    /** The lease of a server with default settings. */
    private static final Duration DEFAULT_LEASE = Duration.ofSeconds(33);

    private final UnlockedClient client;

    UnlockedAcquirable(UnlockedClient client, LockSpec spec) {
        super(spec);
        this.client = client;
    }

    final UnlockedClient client() {
        return client;
    }

    private Duration lease() {
        return spec().leaseSeconds() == 0 ? DEFAULT_LEASE : Duration.ofSeconds(spec().leaseSeconds());
    }

    @Override
    public final LockHandle acquire() {
        client.requireOpen();
        return new UnlockedHandle(key(), client.nextFence(), lease());
    }

    @Override
    public final Optional<LockHandle> tryAcquire(Duration timeout) {
        if (!timeout.isNegative()) {
            FieldRules.timeoutSeconds(timeout);
        }
        return Optional.of(acquire());
    }

    @Override
    public final CompletableFuture<LockHandle> acquireAsync() {
        return UnlockedClient.async(this::acquire);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return UnlockedClient.async(() -> tryAcquire(timeout));
    }

    @Override
    public final QueuedAcquisition enqueue() {
        return new UnlockedPlace(acquire());
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        return UnlockedClient.async(this::enqueue);
    }
}
