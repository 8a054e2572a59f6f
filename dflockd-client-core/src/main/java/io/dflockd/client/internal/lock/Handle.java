package io.dflockd.client.internal.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What a caller gets of a {@link Holding}. The client itself keeps only the holding, so that a handle nobody has any more
 * is noticed by its garbage collection.
 */
final class Handle implements LockHandle {

    private final Holding holding;

    Handle(Holding holding) {
        this.holding = holding;
    }

    /** The handle to hand out, whose loss as garbage is noticed. On the event loop. */
    static Handle watched(Holding holding) {
        Handle handle = new Handle(holding);
        holding.handedOut(handle);
        return handle;
    }

    @Override
    public String key() {
        return holding.spec().target().key();
    }

    @Override
    public String token() {
        return holding.grant().token();
    }

    @Override
    public Duration lease() {
        return Duration.ofSeconds(holding.grant().leaseSeconds());
    }

    @Override
    public OptionalLong fence() {
        Long fence = holding.grant().fence();
        return fence == null ? OptionalLong.empty() : OptionalLong.of(fence);
    }

    @Override
    public ServerAddress server() {
        return holding.address();
    }

    @Override
    public State state() {
        if (holding.isHeld()) {
            return State.HELD;
        }
        return holding.isReleased() ? State.RELEASED : State.LOST;
    }

    @Override
    public boolean isHeld() {
        return holding.isHeld();
    }

    @Override
    public Duration remainingLease() {
        return Duration.ofNanos(holding.remainingNanos());
    }

    @Override
    public void ensureHeld() {
        if (!holding.isHeld()) {
            LossReason reason = holding.lossReason();
            if (reason == null) {
                throw new IllegalStateException("the handle of "
                        + holding.spec().target().describe() + " was released; acquire again to go on");
            }
            throw new LockLostException(key(), reason);
        }
    }

    @Override
    public Optional<LossReason> lossReason() {
        holding.isHeld();
        return Optional.ofNullable(holding.lossReason());
    }

    @Override
    public LockHandle onLost(LossListener listener) {
        holding.onLost(Objects.requireNonNull(listener, "listener must not be null"));
        return this;
    }

    @Override
    public CompletableFuture<Boolean> renewAsync() {
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (!holding.runtime().later(() -> holding.renewal().ask(result))) {
            result.complete(false);
        }
        return result;
    }

    @Override
    public boolean release() {
        CompletableFuture<Boolean> confirmed = holding.release();
        Reference.reachabilityFence(this);
        long timeout = holding.runtime().options().requestTimeout().toNanos();
        long deadline = System.nanoTime() + timeout;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return confirmed.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException ex) {
                    interrupted = true;
                } catch (ExecutionException | TimeoutException ex) {
                    return false;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
        CompletableFuture<Boolean> confirmed = holding.release(holding.runtime()::callBack);
        Reference.reachabilityFence(this);
        return confirmed;
    }

    @Override
    public void close() {
        release();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Handle handle && handle.holding == holding;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(holding);
    }

    @Override
    public String toString() {
        return holding.spec().target().describe() + " on " + server() + ": " + state();
    }
}
