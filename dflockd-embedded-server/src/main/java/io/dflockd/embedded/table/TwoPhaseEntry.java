package io.dflockd.embedded.table;

import org.jspecify.annotations.Nullable;

/** The result of an {@code e}, kept for the {@code w} of the same connection and key. */
final class TwoPhaseEntry {

    /** The grant, if the key was free at once. */
    final @Nullable Holder acquired;

    /** The place in the queue, if it was not. */
    final @Nullable Waiter queued;

    boolean expired;

    TwoPhaseEntry(@Nullable Holder acquired, @Nullable Waiter queued) {
        this.acquired = acquired;
        this.queued = queued;
    }

    /** The grant, once there was one. */
    @Nullable
    Holder granted() {
        return queued == null ? acquired : queued.holder;
    }

    boolean carries(Holder holder) {
        return granted() == holder;
    }
}
