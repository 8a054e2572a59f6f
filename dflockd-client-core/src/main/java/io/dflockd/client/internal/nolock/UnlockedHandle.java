package io.dflockd.client.internal.nolock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.CallbackTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A handle of nothing: held until it is released or its client is closed. */
final class UnlockedHandle implements LockHandle {

    private static final String TOKEN = "0".repeat(32);

    private final UnlockedClient client;
    private final String key;
    private final long fence;
    /** Guarded by {@code this}, and called outside of it. */
    private final List<LossListener> listeners = new ArrayList<>();

    private volatile Duration lease;
    /** HELD, then once RELEASED or LOST. Written under {@code this}. */
    private volatile State state = State.HELD;

    UnlockedHandle(UnlockedClient client, String key, long fence, Duration lease) {
        this.client = client;
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
        return state;
    }

    @Override
    public boolean isHeld() {
        return state == State.HELD;
    }

    /** Its client is closed. */
    void lose() {
        List<LossListener> told;
        synchronized (this) {
            if (!isHeld()) {
                return;
            }
            state = State.LOST;
            told = List.copyOf(listeners);
        }
        client.ended(this);
        told.forEach(this::tell);
    }

    private void tell(LossListener listener) {
        client.callBack(new CallbackTask() {
            @Override
            protected void call() {
                listener.lost(UnlockedHandle.this, LossReason.CLIENT_CLOSED);
            }
        });
    }

    @Override
    public Duration remainingLease() {
        return isHeld() ? lease : Duration.ZERO;
    }

    @Override
    public void ensureHeld() {
        switch (state) {
            case RELEASED -> throw new IllegalStateException("the handle of '" + key + "' was released");
            case LOST -> throw new LockLostException(key, LossReason.CLIENT_CLOSED);
            default -> {}
        }
    }

    @Override
    public boolean awaitHeld(Duration timeout) {
        Objects.requireNonNull(timeout, "timeout must not be null");
        return isHeld();
    }

    @Override
    public boolean awaitHeldUninterruptibly() {
        return isHeld();
    }

    @Override
    public CompletableFuture<Boolean> heldAsync() {
        return CompletableFuture.completedFuture(isHeld());
    }

    @Override
    public Optional<LossReason> lossReason() {
        return state == State.LOST ? Optional.of(LossReason.CLIENT_CLOSED) : Optional.empty();
    }

    @Override
    public LockHandle onLost(LossListener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        boolean lost;
        synchronized (this) {
            lost = state == State.LOST;
            if (isHeld()) {
                listeners.add(listener);
            }
        }
        if (lost) {
            tell(listener);
        }
        return this;
    }

    @Override
    public CompletableFuture<Boolean> renewAsync() {
        return CompletableFuture.completedFuture(isHeld());
    }

    @Override
    public CompletableFuture<Boolean> renewAsync(Duration newLease) {
        Duration rounded = Duration.ofSeconds(FieldRules.leaseSeconds(newLease));
        if (isHeld()) {
            lease = rounded;
        }
        return renewAsync();
    }

    @Override
    public boolean limitHold(@Nullable Duration atLeast, @Nullable Duration atMost) {
        FieldRules.holdLimits(atLeast, atMost);
        return isHeld();
    }

    @Override
    public boolean release() {
        synchronized (this) {
            if (isHeld()) {
                state = State.RELEASED;
            }
        }
        client.ended(this);
        return state == State.RELEASED;
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
