package io.dflockd.reliability.history;

import java.util.List;

/**
 * One line of a history. The time is the monotonic clock of the host, in nanoseconds: all processes of one host share it.
 *
 * @param process the worker that wrote it, or that it is about
 * @param resource the key, pattern or channel, or {@code -}
 * @param number of a hold within its process, of a failure, or of a signal of its emitter; 0 for others
 * @param detail depends on the kind
 */
public record Entry(long time, Kind kind, String process, String resource, long number, String detail) {

    /** The process of failures of servers. */
    public static final String SERVER = "server";

    /** The process that contains the relays and makes everything fail. */
    public static final String HARNESS = "harness";

    /** What happened. */
    public enum Kind {
        /** A worker has begun; the detail is the kind of its threads. */
        STARTED,
        /**
         * A hold has begun; the detail is its fence, when it was asked for, and since when its place in the queue was confirmed;
         * {@code -} for none.
         */
        GRANTED,
        /** The hold was still believed to be held when this time was read. */
        SAMPLE,
        /** The hold was suspended, and the worker waits for the end of that. */
        SUSPENDED,
        /** The worker has ended the hold: {@code confirmed}, {@code unconfirmed}, or {@code lost REASON}. */
        ENDED,
        /** The loss listener was called; the detail is the reason. */
        LOSS,
        /** A call has returned; the detail is its name, how long it took and how long it may take, in milliseconds. */
        CALL,
        /**
         * The holder has written to the store; the detail is its fence, the value that it had read, the value that it found,
         * whether the store has taken it, and since when the older of the last two writers held the lock.
         */
        STORE,
        /** A signal was emitted on the channel; the detail is {@code confirmed} or {@code failed}. */
        EMIT,
        /** A signal has arrived at the subscription; the detail is its channel. */
        SIGNAL,
        /** The subscription has reported that signals may have been missed; the detail is the reason. */
        GAP,
        /** What the worker uses now: bytes of its heap, sockets, threads. */
        USAGE,
        /** The process stood still before this time; the detail is for how long, in nanoseconds. */
        PAUSE,
        /** The worker has closed its client; the detail is what is left: threads, holds, sockets, clients. */
        CLOSED,
        /** Something is made to fail for this process; the detail is the kind of failure. */
        FAULT,
        /** The failure of this number is over. */
        FAULT_END,
        /** The worker was asked to end and had the time for it. */
        ASKED_TO_END,
        /** A server has something at the end that nobody holds; the detail is what. */
        ORPHAN
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
        return String.join(
                SEPARATOR, Long.toString(time), kind.name(), process, resource, Long.toString(number), detail);
    }
}
