package io.dflockd.client.internal.nolock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.settings.HoldLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Grants at once, to everybody. Immutable. */
abstract class UnlockedAcquirable<A extends Acquirable<A>> implements Acquirable<A> {

    /** The lease of a server with default settings. */
    private static final Duration DEFAULT_LEASE = Duration.ofSeconds(33);

    private final Options options;

    UnlockedAcquirable(Options options) {
        this.options = options;
    }

    /** What to pretend to acquire. The limits are checked and have no effect. */
    record Options(
            UnlockedClient client,
            String key,
            Duration lease,
            @Nullable String name,
            HoldLimits limits) {

        static Options defaults(UnlockedClient client, String key) {
            FieldRules.key(key);
            return new Options(client, key, DEFAULT_LEASE, null, HoldLimits.NONE);
        }

        Options withLease(Duration newLease) {
            return new Options(client, key, Duration.ofSeconds(FieldRules.leaseSeconds(newLease)), name, limits);
        }

        private Options withLimits(HoldLimits newLimits) {
            return new Options(client, key, lease, name, newLimits);
        }
    }

    final Options options() {
        return options;
    }

    /** A copy with these options. */
    abstract A with(Options changed);

    @Override
    public final String key() {
        return options.key;
    }

    @Override
    public final @Nullable String name() {
        return options.name;
    }

    @Override
    public final A withLease(Duration newLease) {
        return with(options.withLease(newLease));
    }

    @Override
    public final A withHoldAtLeast(@Nullable Duration atLeast) {
        return with(options.withLimits(options.limits.withAtLeast(atLeast)));
    }

    @Override
    public final A withHoldAtMost(@Nullable Duration atMost) {
        return with(options.withLimits(options.limits.withAtMost(atMost)));
    }

    @Override
    public final A withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return with(options);
    }

    @Override
    public final A withRenewRatio(double ratio) {
        FieldRules.renewRatio(ratio);
        return with(options);
    }

    @Override
    public final A withoutRenewal() {
        return with(options);
    }

    @Override
    public final A withName(String newName) {
        return with(new Options(options.client, options.key, options.lease, newName, options.limits));
    }

    @Override
    public final LockHandle acquire() {
        options.client.requireOpen();
        return new UnlockedHandle(options.key, options.lease);
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
        return UnlockedClient.async(this::acquire);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
        return UnlockedClient.async(this::tryAcquire);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return UnlockedClient.async(() -> tryAcquire(timeout));
    }

    @Override
    public final QueuedAcquisition enqueue() {
        options.client.requireOpen();
        return new UnlockedPlace(options.key, options.lease);
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        return UnlockedClient.async(this::enqueue);
    }
}
