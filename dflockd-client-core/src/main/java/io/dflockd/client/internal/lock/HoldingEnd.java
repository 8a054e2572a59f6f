package io.dflockd.client.internal.lock;

import io.dflockd.client.LossReason;
import io.dflockd.client.ReleaseMode;
import io.dflockd.client.internal.lock.HoldingState.Owned;
import io.dflockd.client.internal.lock.HoldingState.Released;
import io.dflockd.client.internal.loop.ClientLoop;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of one {@link Holding}. Its owner releases it, or it is lost. A release before the minimum time is over keeps it until
 * then. The release is sent on the owning connection, or on another one, by the token.
 *
 * <p>Any thread may release it. Everything else is confined to the event loop.
 */
final class HoldingEnd {

    /** The answer to a release for whose confirmation nobody waits. */
    private static final CompletableFuture<Boolean> ACCEPTED = CompletableFuture.completedFuture(true);

    private final Holding holding;
    private final LockRegister register;
    private final ServerLocks server;

    HoldingEnd(Holding holding, LockRegister register, ServerLocks server) {
        this.holding = holding;
        this.register = register;
        this.server = server;
    }

    private ClientLoop loop() {
        return register.loop();
    }

    // --- released by its owner

    /**
     * Releases it, once; before its minimum time is over, it is kept from now on. Any thread. The result is whether the server
     * confirmed, or true if it is kept or the release only sent; it is completed on the event loop within the request timeout,
     * never exceptionally.
     */
    CompletableFuture<Boolean> release() {
        return release(minimumIsNotOver(), null);
    }

    /** As {@link #release()}, with a future for the caller. */
    CompletableFuture<Boolean> releaseAsync() {
        CompletableFuture<Boolean> view = new CompletableFuture<>();
        CompletableFuture<Boolean> release = release(minimumIsNotOver(), view);
        if (release == ACCEPTED) {
            return CompletableFuture.completedFuture(true);
        }
        return release instanceof Released released && released.isSeenBy(view) ? view : loop().forCaller(release);
    }

    /** Releases it, once, also before its minimum time is over: nobody has received it. Any thread. */
    CompletableFuture<Boolean> releaseUnused() {
        return release(false, null);
    }

    private boolean minimumIsNotOver() {
        HoldTimes times = holding.times();
        return times.haveMinimum()
                && Holding.isHeldOrSuspended(holding.state())
                && times.remainingMinimum(loop().now()) > 0;
    }

    private CompletableFuture<Boolean> release(boolean keep, @Nullable CompletableFuture<Boolean> callersView) {
        if (!holding.mayBeLost()) {
            return firstRelease();
        }
        HoldingState end = keep ? Owned.KEPT : new Released(callersView, isOnlySent());
        // Handed over before it ends: if the stack overflows here, it is still held and its timer releases it.
        boolean accepted = loop().execute(() -> endOnLoop(end));
        if (holding.endAs(end) && !accepted) {
            if (end instanceof Released released) {
                released.answered(false, loop());
            }
            return CompletableFuture.completedFuture(false);
        }
        return firstRelease();
    }

    /**
     * Whether nobody waits for the server's answer. On the session connection only: from a connection of its own, the next
     * acquisition of this client could overtake the release.
     */
    private boolean isOnlySent() {
        OwnedLocks owner = holding.owner();
        return holding.spec().release() == ReleaseMode.SENT
                && owner.isSession()
                && owner.connection().isOpen()
                && holding.state() == Owned.HELD;
    }

    private CompletableFuture<Boolean> firstRelease() {
        if (holding.isKept()) {
            return ACCEPTED;
        }
        if (holding.lastState() instanceof Released released) {
            return released.isOnlySent() ? ACCEPTED : released;
        }
        return CompletableFuture.completedFuture(false);
    }

    private void endOnLoop(HoldingState end) {
        if (!holding.endAs(end)) {
            return;
        }
        if (end instanceof Released released) {
            send(released);
        } else if (holding.isRegistered()) {
            register.keeps(holding);
            holding.keep();
        }
    }

    /** Tells the server, unless that is under way or over. */
    void send(Released release) {
        if (!holding.isRegistered()) {
            return;
        }
        holding.stop();
        holding.startTimer(loop().now() + holding.requestTimeoutNanos());
        if (server.keeps(holding.owner())) {
            releaseByToken(confirmed -> {
                register.over(holding);
                answered(confirmed, release);
            });
        } else {
            holding.owner().release(holding.spec().target(), holding.grant().token(), confirmed -> {
                over(confirmed);
                answered(confirmed, release);
            });
        }
    }

    private void answered(boolean confirmed, Released release) {
        holding.stopTimer();
        register.events().released(holding, confirmed);
        if (release.isOnlySent() && !confirmed) {
            register.events().releaseUnconfirmed(holding);
        }
        release.answered(confirmed, loop());
    }

    // --- kept

    /** Its minimum time is over, or the client is closing. */
    void releaseKept() {
        if (holding.isKept()) {
            send(endKept());
        }
    }

    private Released endKept() {
        Released end = new Released(null, false);
        end.complete(true);
        holding.keptEndsAs(end);
        return end;
    }

    /** The server does not have it any more. Its owner has released it. */
    void lostWhileKept(LossReason reason) {
        endKept();
        register.events().lostWhileKept(holding, reason);
        holding.stop();
        releaseForNobody();
        register.events().released(holding, false);
    }

    // --- at the server

    /** Releases what the server may still have. */
    void releaseForNobody() {
        if (holding.owner().connection().isOpen()) {
            holding.owner().release(holding.spec().target(), holding.grant().token(), this::over);
        } else {
            over(false);
        }
    }

    private void over(boolean confirmed) {
        if (!confirmed && server.keeps(holding.owner())) {
            releaseByToken(later -> register.over(holding));
        } else {
            register.over(holding);
        }
    }

    private void releaseByToken(Consumer<Boolean> over) {
        register.leaves(holding);
        server.releaseByToken(holding.spec().target(), holding.grant(), over);
    }
}
