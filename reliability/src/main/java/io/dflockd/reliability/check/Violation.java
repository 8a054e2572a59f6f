package io.dflockd.reliability.check;

/** Something that was promised and not kept. */
public record Violation(Kind kind, String what) {

    /** The promises. */
    public enum Kind {
        /** Two processes believed to hold one lock for longer than is admitted. */
        OVERLAP,
        /** More holders of a semaphore than it has permits, for longer than is admitted. */
        EXCESS,
        /** A later grant has a smaller fence. */
        FENCE,
        /** A store that checks fences has lost an update. */
        LOST_UPDATE,
        /** Somebody was served before one who was in the queue earlier. */
        ORDER,
        /** A loss was not reported. */
        LOSS_MISSED,
        /** A loss was reported twice, or for a hold that was released. */
        LOSS_DOUBLED,
        /** A loss was reported too late. */
        LOSS_LATE,
        /** A call took longer than its limit. */
        LATE_CALL,
        /** A signal was missed, and the subscription did not say that one may have been. */
        SIGNAL_LOST,
        /** A signal arrived twice at one subscription, or at two members of a group. */
        SIGNAL_DOUBLED,
        /** Signals of one emitter arrived in another order. */
        SIGNAL_ORDER,
        /** A closed client has left threads, locks, sockets or itself behind, or a running one uses more and more. */
        LEAK,
        /** A server still has a lock that nobody holds. */
        ORPHAN,
        /** A worker that should have ended has not written so. */
        UNFINISHED
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}
