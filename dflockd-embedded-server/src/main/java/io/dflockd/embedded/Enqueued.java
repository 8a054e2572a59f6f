package io.dflockd.embedded;

import org.jspecify.annotations.Nullable;

/** What an {@code e} left behind for the {@code w} of the same connection and key. Confined to the event loop. */
final class Enqueued {

    /** The grant, if the key was free at once. */
    final @Nullable Holder acquired;

    /** The place in the queue, if it was not. */
    final @Nullable Waiter queued;

    boolean expired;

    Enqueued(@Nullable Holder acquired, @Nullable Waiter queued) {
        this.acquired = acquired;
        this.queued = queued;
    }

    boolean carries(Holder holder) {
        return acquired == holder || (queued != null && queued.holder == holder);
    }
}
