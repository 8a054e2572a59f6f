package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import org.jspecify.annotations.Nullable;

/** A guarded call under way, linked to the one around it. */
final class LockFrame {

    private final LockRequest request;

    private final LockHandle handle;

    private final @Nullable LockFrame outer;

    private boolean transactionBegun;

    /**
     * A call that begins.
     *
     * @param request what was asked
     * @param handle what is held
     * @param outer the guarded call around it
     */
    LockFrame(LockRequest request, LockHandle handle, @Nullable LockFrame outer) {
        this.request = request;
        this.handle = handle;
        this.outer = outer;
    }

    LockRequest request() {
        return request;
    }

    LockHandle handle() {
        return handle;
    }

    @Nullable
    LockFrame outer() {
        return outer;
    }

    /** A transaction has begun within the call, on its thread. */
    void transactionBegun() {
        transactionBegun = true;
    }

    boolean hasTransactionBegun() {
        return transactionBegun;
    }

    /** Why the call must not go on, null unless it is lost. */
    static @Nullable LockLostException lossOf(LockHandle handle) {
        return handle.lossReason()
                .map(reason -> new LockLostException(handle.key(), reason))
                .orElse(null);
    }

    private boolean isHeldOrSuspended() {
        LockHandle.State state = handle.state();
        return state == LockHandle.State.HELD || state == LockHandle.State.SUSPENDED;
    }

    /** Refuses a request for what a frame holds already. */
    static void refuseNested(@Nullable LockFrame innermost, LockRequest request) {
        for (LockFrame frame = innermost; frame != null; frame = frame.outer) {
            if (frame.request.isSameAs(request) && frame.isHeldOrSuspended()) {
                throw new LockNotReentrantException(request.describe() + " was asked for by "
                        + request.who() + " inside a guarded call by " + frame.request.who()
                        + " that holds it already; dflockd is not re-entrant, so this call would wait for itself. Call the"
                        + " unguarded code directly, or use another key");
            }
        }
    }
}
