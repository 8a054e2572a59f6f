package io.dflockd.client.internal.lock;

import io.dflockd.client.LossReason;
import io.dflockd.client.ReleaseMode;
import io.dflockd.client.internal.lock.HoldingState.Owned;
import io.dflockd.client.internal.lock.HoldingState.Released;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Holding} ends: its owner releases it, or it is lost. A release before the minimum time is over keeps it until
 * then. The release is sent on the owning connection, or on another one, by the token. Static, because there may be very many
 * holdings, and none needs a state for its end.
 *
 * <p>Any thread may release it. Everything else is confined to the event loop.
 */
final class HoldingEnd {

    /** The answer to a release for whose confirmation nobody waits. */
    private static final CompletableFuture<Boolean> ACCEPTED = CompletableFuture.completedFuture(true);

    private HoldingEnd() {}

    // --- released by its owner

    /**
     * Releases it, once; before its minimum time is over, it is kept from now on. Any thread. The result is whether the server
     * confirmed, or true if it is kept or the release only sent; it is completed on the event loop within the request timeout,
     * never exceptionally.
     */
    static CompletableFuture<Boolean> release(Holding holding) {
        return release(holding, holding.isBeforeMinimum(), null);
    }

    /** As {@link #release(Holding)}, with a future for the caller. */
    static CompletableFuture<Boolean> releaseAsync(Holding holding) {
        CompletableFuture<Boolean> view = new CompletableFuture<>();
        CompletableFuture<Boolean> release = release(holding, holding.isBeforeMinimum(), view);
        if (release == ACCEPTED) {
            return CompletableFuture.completedFuture(true);
        }
        return release instanceof Released released && released.isSeenBy(view)
                ? view
                : holding.loop().forCaller(release);
    }

    /** Releases it, once, also before its minimum time is over: nobody has received it. Any thread. */
    static void releaseUnused(Holding holding) {
        CompletableFuture<Boolean> unused = release(holding, false, null);
    }

    private static CompletableFuture<Boolean> release(
            Holding holding, boolean keep, @Nullable CompletableFuture<Boolean> callersView) {
        if (!Holding.isHeldOrSuspended(holding.lastState())) {
            return firstRelease(holding);
        }
        HoldingState end = keep ? Owned.KEPT : new Released(callersView, isOnlySent(holding));
        // Handed over before it ends: if the stack overflows here, it is still held and its timer releases it.
        boolean accepted = holding.loop().execute(() -> endOnLoop(holding, end));
        if (holding.endAs(end) && !accepted) {
            if (end instanceof Released released) {
                released.answered(false, holding.loop());
            }
            return CompletableFuture.completedFuture(false);
        }
        return firstRelease(holding);
    }

    /**
     * Whether nobody waits for the server's answer. On the session connection only: from a connection of its own, the next
     * acquisition of this client could overtake the release.
     */
    private static boolean isOnlySent(Holding holding) {
        OwnedLocks owner = holding.owner();
        return holding.spec().release() == ReleaseMode.SENT
                && owner.isSession()
                && owner.connection().isOpen()
                && holding.isHeld();
    }

    private static CompletableFuture<Boolean> firstRelease(Holding holding) {
        if (holding.isKept()) {
            return ACCEPTED;
        }
        if (holding.lastState() instanceof Released released) {
            return released.isOnlySent() ? ACCEPTED : released;
        }
        return CompletableFuture.completedFuture(false);
    }

    private static void endOnLoop(Holding holding, HoldingState end) {
        if (!holding.endAs(end)) {
            return;
        }
        if (end instanceof Released released) {
            send(holding, released);
        } else if (holding.isRegistered()) {
            holding.register().keeps(holding);
            holding.keep();
        }
    }

    /** Tells the server, unless that is under way or over. */
    static void send(Holding holding, Released release) {
        if (!holding.isRegistered()) {
            return;
        }
        holding.stop();
        holding.startTimer(holding.loop().now() + holding.requestTimeoutNanos());
        if (holding.server().keeps(holding.owner())) {
            releaseByToken(holding, confirmed -> {
                holding.register().over(holding);
                answered(holding, confirmed, release);
            });
        } else {
            releaseOnItsConnection(holding, confirmed -> {
                over(holding, confirmed);
                answered(holding, confirmed, release);
            });
        }
    }

    private static void answered(Holding holding, boolean confirmed, Released release) {
        holding.stopTimer();
        HoldingEvents.released(holding, confirmed);
        if (release.isOnlySent() && !confirmed) {
            HoldingEvents.releaseUnconfirmed(holding);
        }
        release.answered(confirmed, holding.loop());
    }

    // --- kept

    /** Its minimum time is over, or the client is closing. */
    static void releaseKept(Holding holding) {
        if (holding.isKept()) {
            send(holding, endKept(holding));
        }
    }

    private static Released endKept(Holding holding) {
        Released end = new Released(null, false);
        end.complete(true);
        holding.keptEndsAs(end);
        return end;
    }

    /** The server does not have it any more. Its owner has released it. */
    static void lostWhileKept(Holding holding, LossReason reason) {
        endKept(holding);
        HoldingEvents.lostWhileKept(holding, reason);
        holding.stop();
        releaseForNobody(holding);
        HoldingEvents.released(holding, false);
    }

    // --- at the server

    /** Releases what the server may still have. */
    static void releaseForNobody(Holding holding) {
        releaseOnItsConnection(holding, confirmed -> over(holding, confirmed));
    }

    private static void releaseOnItsConnection(Holding holding, Consumer<Boolean> confirmed) {
        holding.owner().release(holding.spec().target(), holding.grant().token(), confirmed);
    }

    private static void over(Holding holding, boolean confirmed) {
        if (!confirmed && holding.server().keeps(holding.owner())) {
            releaseByToken(holding, later -> holding.register().over(holding));
        } else {
            holding.register().over(holding);
        }
    }

    private static void releaseByToken(Holding holding, Consumer<Boolean> over) {
        holding.register().leaves(holding);
        holding.server().releaseByToken(holding.spec().target(), holding.grant(), over);
    }
}
