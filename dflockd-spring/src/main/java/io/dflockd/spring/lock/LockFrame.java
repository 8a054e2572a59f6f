package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * A guarded call under way, linked to the one around it.
 *
 * @param request what was asked
 * @param handle what is held
 * @param outer the guarded call around it
 */
record LockFrame(
        LockRequest request, LockHandle handle, @Nullable LockFrame outer) {

    /** Why the call must not go on, null while it is held or after the guarded code released it itself. */
    static @Nullable LockLostException lossOf(LockHandle handle) {
        if (handle.isHeld() || handle.state() == LockHandle.State.RELEASED) {
            return null;
        }
        return new LockLostException(handle.key(), handle.lossReason().orElse(LossReason.LEASE_EXPIRED));
    }

    /** Refuses a request for what a frame holds already. */
    static void refuseNested(@Nullable LockFrame innermost, LockRequest request) {
        for (LockFrame frame = innermost; frame != null; frame = frame.outer) {
            if (frame.request.isSameAs(request) && frame.handle.state() == LockHandle.State.HELD) {
                throw new LockNotReentrantException(request.describe() + " was asked for by "
                        + request.who() + " inside a guarded call by " + frame.request.who()
                        + " that holds it already; dflockd is not re-entrant, so this call would wait for itself. Call the"
                        + " unguarded code directly, or use another key");
            }
        }
    }
}
