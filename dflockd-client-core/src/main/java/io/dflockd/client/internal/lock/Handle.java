package io.dflockd.client.internal.lock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockSuspendedException;
import io.dflockd.client.LossListener;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.settings.HoldLimits;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's view of a {@link Holding}. The client keeps only the holding and refers to the handle weakly, so that it notices
 * when nobody has the handle any more. Loss listeners are kept here for the same reason: they may refer to the handle.
 *
 * <p>Any thread may use it. The listeners are guarded by {@code this} and called outside of it.
 */
final class Handle implements LockHandle {

    private static final Logger logger = LoggerFactory.getLogger(Handle.class);

    private final Holding holding;
    private @Nullable List<LossListener> listeners;

    Handle(Holding holding) {
        this.holding = holding;
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
        return state(current());
    }

    /** Keeps this handle reachable meanwhile: if the holding finds a loss, it needs the loss listeners. */
    private HoldingState current() {
        HoldingState current = holding.state();
        Reference.reachabilityFence(this);
        return current;
    }

    private static State state(HoldingState state) {
        if (state == HoldingState.Owned.HELD) {
            return State.HELD;
        }
        if (state instanceof Suspension) {
            return State.SUSPENDED;
        }
        return state instanceof HoldingState.Lost ? State.LOST : State.RELEASED;
    }

    @Override
    public boolean isHeld() {
        return current() == HoldingState.Owned.HELD;
    }

    @Override
    public Duration remainingLease() {
        Duration remaining = Duration.ofNanos(holding.remainingNanos());
        Reference.reachabilityFence(this);
        return remaining;
    }

    @Override
    public void ensureHeld() {
        HoldingState state = current();
        switch (state(state)) {
            case HELD -> {}
            case SUSPENDED -> throw new LockSuspendedException(key(), server());
            case LOST -> throw new LockLostException(key(), ((HoldingState.Lost) state).reason());
            case RELEASED ->
                throw new IllegalStateException("the handle of " + what() + " was released; acquire again to go on");
        }
    }

    @Override
    public Optional<LossReason> lossReason() {
        return current() instanceof HoldingState.Lost lost ? Optional.of(lost.reason()) : Optional.empty();
    }

    @Override
    public boolean awaitHeld(Duration timeout) throws InterruptedException {
        long nanos = Durations.nanos(timeout);
        holding.loop().requireOtherThread();
        try {
            return holding.verdict().get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ex) {
            return false;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public boolean awaitHeldUninterruptibly() {
        HoldingState now;
        while ((now = current()) instanceof Suspension suspended) {
            holding.loop().awaitUninterruptibly(suspended.verdict(), holding.remainingNanos());
        }
        return now == HoldingState.Owned.HELD;
    }

    @Override
    public CompletableFuture<Boolean> heldAsync() {
        CompletableFuture<Boolean> held = holding.loop().forCaller(holding.verdict());
        Reference.reachabilityFence(this);
        return held;
    }

    @Override
    public LockHandle onLost(LossListener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        synchronized (this) {
            if (Holding.isHeldOrSuspended(holding.lastState())) {
                if (listeners == null) {
                    listeners = new ArrayList<>(1);
                }
                listeners.add(listener);
                return this;
            }
        }
        LossReason reason = holding.lossReason();
        if (reason != null) {
            tell(listener, reason);
        }
        return this;
    }

    /** Calls the loss listeners. One that is added later is called at once, because the holding has ended. Any thread. */
    void tellLoss(LossReason reason) {
        List<LossListener> told;
        synchronized (this) {
            told = listeners;
            listeners = null;
        }
        if (told != null) {
            holding.loop().forEach(told, listener -> tell(listener, reason));
        }
    }

    private void tell(LossListener listener, LossReason reason) {
        if (listener instanceof DirectLossListener) {
            listener.lost(this, reason);
            return;
        }
        holding.loop().notifyLoss(() -> {
            try {
                listener.lost(this, reason);
            } catch (Throwable ex) {
                logger.warn("A loss listener of {} failed", what(), ex);
            }
        });
    }

    private String what() {
        return holding.spec().target().describe();
    }

    @Override
    public CompletableFuture<Boolean> renewAsync() {
        return renew(result -> holding.renewal().ask(result, holding.grant().leaseSeconds()));
    }

    @Override
    public CompletableFuture<Boolean> renewAsync(Duration lease) {
        long seconds = FieldRules.leaseSeconds(lease);
        return renew(result -> holding.renewal().ask(result, seconds));
    }

    private CompletableFuture<Boolean> renew(Consumer<CompletableFuture<Boolean>> renewal) {
        ClientLoop loop = holding.loop();
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        if (!loop.execute(() -> renewal.accept(result))) {
            result.complete(false);
        }
        CompletableFuture<Boolean> renewed = loop.forCaller(result);
        Reference.reachabilityFence(this);
        return renewed;
    }

    @Override
    public boolean limitHold(@Nullable Duration atLeast, @Nullable Duration atMost) {
        return holding.limit(HoldLimits.of(atLeast, atMost));
    }

    @Override
    public boolean release() {
        return release(holding.requestTimeoutNanos());
    }

    /**
     * As {@link #release()}, but a suspended one only after the server's answer, unless that takes longer than the request timeout.
     * Waits no longer than that in all. Returns the state before the release.
     */
    State releaseAfterVerdict() {
        long end = System.nanoTime() + holding.requestTimeoutNanos();
        HoldingState before = current();
        while (before instanceof Suspension suspended
                && holding.loop().awaitUninterruptibly(suspended.verdict(), end - System.nanoTime())) {
            before = current();
        }
        boolean unused = release(end - System.nanoTime());
        return state(before);
    }

    private boolean release(long patienceNanos) {
        // If the stack overflows below, the release is done by the renewal timer.
        holding.releaseWanted = true;
        CompletableFuture<Boolean> confirmed = HoldingEnd.release(holding);
        Reference.reachabilityFence(this);
        return holding.loop().awaitUninterruptibly(confirmed, patienceNanos) && confirmed.getNow(false);
    }

    @Override
    public CompletableFuture<Boolean> releaseAsync() {
        CompletableFuture<Boolean> confirmed = HoldingEnd.releaseAsync(holding);
        Reference.reachabilityFence(this);
        return confirmed;
    }

    /** Releases it because nobody has got it. */
    void releaseUnused() {
        holding.releaseWanted = true;
        HoldingEnd.releaseUnused(holding);
    }

    @Override
    public void close() {
        release();
    }

    @Override
    public String toString() {
        return what() + " on " + server() + ": " + state();
    }
}
