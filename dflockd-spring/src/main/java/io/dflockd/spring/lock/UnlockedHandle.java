package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** A handle of nothing: held until it is released. */
final class UnlockedHandle implements LockHandle {

    private static final String TOKEN = "0".repeat(32);

    private static final ServerAddress NOWHERE = new ServerAddress("without-locking", 1);

    private static final Duration LEASE = Duration.ofSeconds(33);

    private final String key;

    private volatile boolean released;

    UnlockedHandle(String key) {
        this.key = key;
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
        return LEASE;
    }

    @Override
    public OptionalLong fence() {
        return OptionalLong.empty();
    }

    @Override
    public ServerAddress server() {
        return NOWHERE;
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
        return released ? Duration.ZERO : LEASE;
    }

    @Override
    public void ensureHeld() {
        if (released) {
            throw new IllegalStateException("the handle of '" + key + "' was released");
        }
    }

    @Override
    public Optional<LossReason> lossReason() {
        return Optional.empty();
    }

    @Override
    public LockHandle onLost(LossListener listener) {
        return this;
    }

    @Override
    public CompletableFuture<Boolean> renewAsync() {
        return CompletableFuture.completedFuture(!released);
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
