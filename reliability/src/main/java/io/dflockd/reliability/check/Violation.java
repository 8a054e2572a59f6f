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
        /** A loss was not reported, or not in time. */
        LOSS_MISSED,
        /** A loss was reported twice, or for a hold that was released. */
        LOSS_DOUBLED,
        /** A call took longer than its limit. */
        LATE_CALL,
        /** A closed client has left threads or locks behind. */
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
