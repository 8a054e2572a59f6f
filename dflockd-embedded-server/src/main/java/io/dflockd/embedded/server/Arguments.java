package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.Trait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of an argument line, read one after the other, and the field rules of the protocol. */
final class Arguments {

    private static final long MAX_SECONDS = 9_223_372_036L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final String line;
    private final Dialect dialect;
    private final LeaseTime defaultLease;
    private @Nullable List<String> words;
    private int next;

    Arguments(String line, Dialect dialect, LeaseTime defaultLease) {
        this.line = line;
        this.dialect = dialect;
        this.defaultLease = defaultLease;
    }

    static String key(String key) throws BadRequest {
        if (key.isEmpty()) {
            throw new BadRequest("empty key");
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == ' ' || c == '\t' || c == '\r') {
                throw new BadRequest("white space in key");
            }
        }
        return key;
    }

    static String token(String line) throws BadRequest {
        String token = WireText.trim(line);
        if (token.isEmpty()) {
            throw new BadRequest("empty token");
        }
        return token;
    }

    String word() throws BadRequest {
        if (atEnd()) {
            throw new BadRequest("too few arguments");
        }
        return words().get(next++);
    }

    void end() throws BadRequest {
        if (!atEnd()) {
            throw new BadRequest("too many arguments");
        }
    }

    private boolean atEnd() {
        return next == words().size();
    }

    /** Some commands do not split the line. */
    private List<String> words() {
        if (words == null) {
            words = WireText.words(line);
        }
        return words;
    }

    /** A waiting time in nanoseconds. */
    long timeout() throws BadRequest {
        long seconds = integer(word());
        if (seconds < 0) {
            throw new BadRequest("negative timeout");
        }
        return nanos(seconds);
    }

    long limit() throws BadRequest {
        long limit = integer(word());
        if (limit <= 0) {
            throw new BadRequest("limit below 1");
        }
        return limit;
    }

    /** The lease, which is the last word, or the server's default if there is no word left. */
    LeaseTime lease() throws BadRequest {
        if (atEnd()) {
            return defaultLease;
        }
        long seconds = integer(word());
        end();
        if (seconds <= 0) {
            throw new BadRequest("lease below 1");
        }
        long nanos = nanos(seconds);
        if (nanos <= 0) {
            throw new BadRequest("lease overflows");
        }
        long shown = nanos / NANOS_PER_SECOND;
        // An overflow in G1 may leave less than a second, which its answers replace by the default.
        return new LeaseTime(nanos, shown == 0 ? defaultLease.shown() : shown);
    }

    private long nanos(long seconds) throws BadRequest {
        if (dialect.has(Trait.REFUSES_OVERFLOWING_SECONDS) && seconds > MAX_SECONDS) {
            throw new BadRequest("seconds out of range");
        }
        return seconds * NANOS_PER_SECOND;
    }

    /** Base 10 with an optional sign, within 64 bits. */
    private static long integer(String word) throws BadRequest {
        try {
            return Long.parseLong(word);
        } catch (NumberFormatException e) {
            throw new BadRequest("not a number");
        }
    }
}
