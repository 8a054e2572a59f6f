package io.dflockd.sample.console;

import java.time.Instant;

/**
 * Something that happened, for the list of events on the page.
 *
 * @param number grows by one with each entry of this process
 * @param subject a key, a channel or a server
 */
record LogEntry(long number, Instant time, Kind kind, String subject, String text) {

    /** What happened. The page has a style for each. */
    enum Kind {
        ACQUIRED,
        RELEASED,
        LOST,
        REFUSED,
        SIGNAL,
        SERVER,
        INSTANCE
    }
}
