package io.dflockd.client;

/** Called once when a held handle is lost. */
@FunctionalInterface
public interface LossListener {

    /**
     * Handles the loss. Called on a thread of the client that is used for losses only ({@code dflockd-loss}), without a lock
     * held. An exception is logged. Listeners do not wait for each other: up to 16 run at the same time in a client, each on a
     * thread of its own. While 16 block, further losses wait, in their order.
     *
     * @param handle the handle, in state {@link LockHandle.State#LOST}
     */
    void lost(LockHandle handle, LossReason reason);
}
