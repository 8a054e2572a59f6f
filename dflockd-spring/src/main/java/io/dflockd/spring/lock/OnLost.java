package io.dflockd.spring.lock;

import io.dflockd.client.LockLostException;

/**
 * What becomes of a guarded call whose lock is lost before the call has ended: another holder may be at work by then.
 * Whatever is chosen, a {@link io.dflockd.spring.lock.event.LockLostEvent} is published at the moment of the loss, and a
 * failure of the guarded code itself is never replaced, unless it is the interrupt that {@link #INTERRUPT} sent.
 */
public enum OnLost {

    /**
     * The call fails with {@link LockLostException}: blocking and {@code CompletionStage} calls when the guarded code has
     * ended, reactive ones (Mono, Flux, suspend, Flow) at once, with their source cancelled. A transaction inside the
     * lock fails before it commits and is rolled back.
     */
    FAIL,

    /** The call goes on and returns what the guarded code returns; the event and a warning in the log tell. */
    REPORT,

    /**
     * As {@link #FAIL}, and the thread that runs the guarded code is interrupted at the moment of the loss, but never
     * after the code has returned: an interrupt that is still pending then is taken back. If the thread is interrupted by
     * another already when the lock is lost, that interrupt stays. One that another sends after the loss, before the code has
     * returned, cannot be told apart and may be taken back with ours. Reactive calls fail at once, as with {@code FAIL}; a
     * {@code CompletionStage} that the guarded code returned is cancelled, and the call fails at once. Both happen on the
     * default executor of a {@code CompletableFuture}, not on a thread of the client that reports losses.
     */
    INTERRUPT
}
