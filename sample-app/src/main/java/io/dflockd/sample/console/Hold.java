package io.dflockd.sample.console;

import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** An acquisition that a button has started, and the handle that comes of it. */
final class Hold {

    /** How long the page shows a hold that is over. */
    private static final Duration SHOWN_AFTER_END = Duration.ofSeconds(15);

    private final long id;

    private final Wanted wanted;

    /** The client's own future: only to cancel this one withdraws the request. */
    private final CompletableFuture<LockHandle> acquisition;

    /** The same outcome, after its time has been noted. */
    private final CompletableFuture<LockHandle> outcome;

    private final long asked = System.nanoTime();

    private volatile long granted;

    private volatile @Nullable Long ended;

    Hold(long id, Wanted wanted, CompletableFuture<LockHandle> acquisition) {
        this.id = id;
        this.wanted = wanted;
        this.acquisition = acquisition;
        this.outcome = acquisition.whenComplete((handle, failure) -> {
            granted = System.nanoTime();
            if (handle == null) {
                ended = granted;
            } else {
                handle.onLost((lost, reason) -> ended = System.nanoTime());
            }
        });
    }

    long id() {
        return id;
    }

    Wanted wanted() {
        return wanted;
    }

    boolean isWaiting() {
        return !outcome.isDone();
    }

    boolean isHeld() {
        return handle().filter(LockHandle::isHeld).isPresent();
    }

    /** Whether there is nothing left to end. A suspended handle can be held again. */
    boolean isOver() {
        return !isWaiting()
                && handle().map(LockHandle::state)
                        .filter(state -> state == LockHandle.State.HELD || state == LockHandle.State.SUSPENDED)
                        .isEmpty();
    }

    /** The time since the call while it waits, and since the grant afterwards. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - (isWaiting() ? asked : granted));
    }

    Duration remainingLease() {
        return handle().map(LockHandle::remainingLease).orElse(Duration.ZERO);
    }

    /** The handle's own word, or how the acquisition stands. */
    String state() {
        return handle().map(handle -> handle.state().name()).orElseGet(() -> isWaiting() ? "WAITING" : "REFUSED");
    }

    /** What the state leaves open: why it is lost or refused, how long a released lock is still kept. */
    String detail() {
        Optional<LockHandle> handle = handle();
        if (handle.isEmpty()) {
            return isWaiting() ? "" : refusal();
        }
        Duration rest = Duration.ofSeconds(wanted.atLeast()).minus(age());
        boolean keeps = wanted.atLeast() > 0 && rest.toMillis() > 0;
        return switch (handle.get().state()) {
            case RELEASED -> keeps ? "the key stays locked for " + Texts.seconds(rest) : "";
            case LOST -> handle.get().lossReason().map(Enum::name).orElse("");
            default -> keeps ? "at least " + Texts.seconds(rest) + " more" : "";
        };
    }

    boolean isOutdated() {
        Long end = ended;
        return end != null
                && System.nanoTime() - end > SHOWN_AFTER_END.toNanos()
                && age().toSeconds() >= wanted.atLeast();
    }

    /** Leaves the queue, or releases what is held. Does not wait for the server. */
    CompletableFuture<?> end() {
        ended = System.nanoTime();
        if (acquisition.cancel(false)) {
            return CompletableFuture.completedFuture(false);
        }
        return acquisition.thenCompose(LockHandle::releaseAsync).exceptionally(failure -> false);
    }

    private Optional<LockHandle> handle() {
        return outcome.isDone() && !outcome.isCompletedExceptionally() ? Optional.of(outcome.join()) : Optional.empty();
    }

    private String refusal() {
        try {
            outcome.join();
            return "";
        } catch (CompletionException ex) {
            return ex.getCause() instanceof CancellationException ? "withdrawn" : Texts.reason(ex);
        }
    }
}
