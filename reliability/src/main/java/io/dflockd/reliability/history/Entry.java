package io.dflockd.reliability.history;

import java.util.List;

/**
 * One line of a history. The time is the monotonic clock of the host, in nanoseconds: all processes of one host share it.
 *
 * @param process the worker that wrote it
 * @param resource the key, or {@code -}
 * @param hold the number of a hold within its process, or of a call, 0 for others
 * @param detail depends on the kind
 */
public record Entry(long time, Kind kind, String process, String resource, long hold, String detail) {

    /** What happened. */
    public enum Kind {
        /** A hold has begun; the detail is its fence, or {@code -}. */
        GRANTED,
        /** The hold was still believed to be held when this time was read. */
        SAMPLE,
        /** The worker has ended the hold: {@code confirmed}, {@code unconfirmed}, or {@code lost REASON}. */
        ENDED,
        /** The loss listener was called; the detail is the reason. */
        LOSS,
        /** A call has returned; the detail is how long it took and how long it may take, in milliseconds. */
        CALL,
        /** The worker has closed its client; the detail counts what is left: threads, held. */
        CLOSED,
        /** Something was made to fail for this process; the detail is the kind of failure. */
        FAULT
    }

    private static final String SEPARATOR = "\t";

    /** Reads what {@link #line} has written. */
    public static Entry of(String line) {
        List<String> parts = List.of(line.split(SEPARATOR, -1));
        if (parts.size() != 6) {
            throw new IllegalArgumentException("not an entry of a history: '" + line + "'");
        }
        return new Entry(
                Long.parseLong(parts.get(0)),
                Kind.valueOf(parts.get(1)),
                parts.get(2),
                parts.get(3),
                Long.parseLong(parts.get(4)),
                parts.get(5));
    }

    /** One line, without its end. */
    public String line() {
        return String.join(SEPARATOR, Long.toString(time), kind.name(), process, resource, Long.toString(hold), detail);
    }
}
