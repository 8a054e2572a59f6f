package io.dflockd.client.internal.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ReleaseMode;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A lock or semaphore as far as it does not acquire: its key and its options. */
public abstract class SpecifiedAcquirable<A extends Acquirable<A>> implements Acquirable<A> {

    private final LockSpec spec;

    protected SpecifiedAcquirable(LockSpec spec) {
        this.spec = spec;
    }

    protected final LockSpec spec() {
        return spec;
    }

    @Override
    public final String key() {
        return spec.target().key();
    }

    @Override
    public final @Nullable String name() {
        return spec.name();
    }

    /** A copy with these options. */
    protected abstract A with(LockSpec changed);

    @Override
    public final A withLease(Duration lease) {
        return with(spec.withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }

    @Override
    public final A withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return with(spec.withAcquireTimeout(timeout));
    }

    @Override
    public final A withRenewRatio(double ratio) {
        return with(spec.withRenewRatio(FieldRules.renewRatio(ratio)));
    }

    @Override
    public final A withoutRenewal() {
        return with(spec.withoutRenewal());
    }

    @Override
    public final A withHoldAtLeast(@Nullable Duration atLeast) {
        return with(spec.withLimits(spec.limits().withAtLeast(atLeast)));
    }

    @Override
    public final A withHoldAtMost(@Nullable Duration atMost) {
        return with(spec.withLimits(spec.limits().withAtMost(atMost)));
    }

    @Override
    public final A withRelease(ReleaseMode mode) {
        return with(spec.withRelease(Objects.requireNonNull(mode, "mode must not be null")));
    }

    @Override
    public final A withName(String name) {
        return with(spec.withName(name));
    }

    @Override
    public final Optional<LockHandle> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
        return tryAcquireAsync(Duration.ZERO);
    }

    @Override
    public final String toString() {
        return spec.target().describe();
    }
}
