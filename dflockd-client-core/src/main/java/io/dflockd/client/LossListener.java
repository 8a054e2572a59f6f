package io.dflockd.client;

/** Called once when a held handle is lost. */
@FunctionalInterface
public interface LossListener {

    /**
     * Handles the loss. Called on a thread of the client that is used for losses only ({@code dflockd-loss}), without a lock
     * held. An exception is logged. There are two such threads, so a listener that blocks may delay others.
     *
     * @param handle the handle, in state {@link LockHandle.State#LOST}
     */
    void lost(LockHandle handle, LossReason reason);
}
