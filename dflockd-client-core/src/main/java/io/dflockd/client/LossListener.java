package io.dflockd.client;

/** Told once when a held lock is lost. */
@FunctionalInterface
public interface LossListener {

    /**
     * The lock is lost. Called on a thread of the client's own lane for losses, never under a lock; what it throws is
     * logged and harms nobody. A listener that blocks delays the listeners behind it.
     *
     * @param handle the handle, in state {@link LockHandle.State#LOST}
     * @param reason why
     */
    void lost(LockHandle handle, LossReason reason);
}
