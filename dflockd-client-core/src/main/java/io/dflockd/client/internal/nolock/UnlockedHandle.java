package io.dflockd.client.internal.nolock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A handle of nothing: held until it is released. */
final class UnlockedHandle implements LockHandle {

    private static final String TOKEN = "0".repeat(32);

    private final String key;
    private final long fence;
    private volatile Duration lease;
    private volatile boolean released;

    UnlockedHandle(String key, long fence, Duration lease) {
        this.key = key;
        this.fence = fence;
        this.lease = lease;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String token() {
        return TOKEN;
    }

    @Override
    public Duration lease() {
        return lease;
    }

    @Override
    public OptionalLong fence() {
        return OptionalLong.of(fence);
    }

    @Override
    public ServerAddress server() {
        return UnlockedClient.SERVER;
    }

    @Override
    public State state() {
        return released ? State.RELEASED : State.HELD;
    }

    @Override
    public boolean isHeld() {
        return !released;
    }

    @Override
    public Duration remainingLease() {
        return released ? Duration.ZERO : lease;
    }

    @Override
    public void ensureHeld() {
        if (released) {
            throw new IllegalStateException("the handle of '" + key + "' was released");
        }
    }

    @Override
    public boolean awaitHeld(Duration timeout) {
        return !released;
    }

    @Override
    public boolean awaitHeldUninterruptibly() {
        return !released;
    }

    @Override
    public CompletableFuture<Boolean> heldAsync() {
        return CompletableFuture.completedFuture(!released);
    }

    @Override
    public Optional<LossReason> lossReason() {
        return Optional.empty();
    }

    @Override
    public LockHandle onLost(LossListener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        return this;
    }

    @Override
    public CompletableFuture<Boolean> renewAsync() {
        return CompletableFuture.completedFuture(!released);
    }

    @Override
    public CompletableFuture<Boolean> renewAsync(Duration newLease) {
        Duration rounded = Duration.ofSeconds(FieldRules.leaseSeconds(newLease));
        if (!released) {
            lease = rounded;
        }
        return renewAsync();
    }

    @Override
    public boolean limitHold(@Nullable Duration atLeast, @Nullable Duration atMost) {
        FieldRules.holdLimits(atLeast, atMost);
        return !released;
    }

    @Override
    public boolean release() {
        released = true;
        return true;
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
        return CompletableFuture.completedFuture(release());
    }

    @Override
    public void close() {
        release();
    }
}
