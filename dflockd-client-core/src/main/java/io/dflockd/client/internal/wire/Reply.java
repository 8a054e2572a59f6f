package io.dflockd.client.internal.wire;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerAddress;
import org.jspecify.annotations.Nullable;

/**
 * One answer line. The first word is the status. Servers differ in the number of fields (a grant has 3 or 4, a renewal 2 or
 * 3), so additional fields are accepted and missing ones have a meaning. What cannot be read throws
 * {@link DflockdProtocolException}.
 */
public final class Reply {

    /**
     * What is assumed of a lease that the server has not told, or told as zero. Cautious: it is renewed early, and the answer to
     * the renewal tells the lease.
     */
    public static final long UNKNOWN_LEASE_SECONDS = 10;

    private final ServerAddress server;
    private final String line;
    /** Where the first word ends. */
    private final int statusEnd;

    private final Status status;

    /** Reads a line, without its line break, of a server. */
    public Reply(ServerAddress server, String line) {
        this.server = server;
        this.line = line;
        int blank = line.indexOf(' ');
        this.statusEnd = blank < 0 ? line.length() : blank;
        this.status = Status.of(line, statusEnd);
    }

    public Status status() {
        return status;
    }

    /** Whether the first word is the given one. */
    public boolean is(Status expected) {
        return status == expected;
    }

    public ServerAddress server() {
        return server;
    }

    public String line() {
        return line;
    }

    /** Everything after the first blank; empty if there is none. */
    public String rest() {
        return statusEnd == line.length() ? "" : line.substring(statusEnd + 1);
    }

    /** Reads {@code ok|acquired <token> [<lease> [<fence>]]}. */
    public Grant grant(boolean fenceFromToken) {
        int tokenAt = fieldAfter(statusEnd);
        int tokenEnd = fieldEnd(tokenAt);
        if (tokenAt < 0 || tokenAt == tokenEnd) {
            throw malformed("a grant without a token");
        }
        String token = line.substring(tokenAt, tokenEnd);
        int leaseAt = fieldAfter(tokenEnd);
        long lease = leaseSeconds(leaseAt);
        int fenceAt = leaseAt < 0 ? -1 : fieldAfter(fieldEnd(leaseAt));
        Long fence = null;
        if (fenceAt >= 0) {
            fence = unsigned(fenceAt, fieldEnd(fenceAt), 10);
        } else if (fenceFromToken && token.length() == 32) {
            fence = unsigned(tokenAt, tokenAt + 16, 16);
        }
        return new Grant(token, lease == 0 ? UNKNOWN_LEASE_SECONDS : lease, fence);
    }

    /** Reads {@code ok [<lease> [<fence>]]}. Returns the lease in seconds; 0 where the answer has none. */
    public long renewedSeconds() {
        return leaseSeconds(fieldAfter(statusEnd));
    }

    /** Reads {@code ok <count>}. */
    public long count() {
        int count = fieldAfter(statusEnd);
        if (count < 0 || count == fieldEnd(count)) {
            throw malformed("an answer without its count");
        }
        return number(count, 0);
    }

    /** The line, shortened. */
    public String shown() {
        return line.length() > 120 ? line.substring(0, 117) + "..." : line;
    }

    /** Where the field begins that follows one that ends here; -1 if there is none. */
    private int fieldAfter(int end) {
        return end >= line.length() ? -1 : end + 1;
    }

    private int fieldEnd(int from) {
        int end = from < 0 ? -1 : line.indexOf(' ', from);
        return end < 0 ? line.length() : end;
    }

    private long leaseSeconds(int from) {
        long seconds = number(from, 0);
        if (seconds < 0) {
            throw malformed("a lease of " + seconds + " seconds");
        }
        return seconds;
    }

    private long number(int from, long missing) {
        int end = fieldEnd(from);
        if (from < 0 || from == end) {
            return missing;
        }
        try {
            return Long.parseLong(line, from, end, 10);
        } catch (NumberFormatException ex) {
            throw malformed("'" + line.substring(from, end) + "' where a number belongs");
        }
    }

    private long unsigned(int from, int end, int radix) {
        try {
            return Long.parseUnsignedLong(line, from, end, radix);
        } catch (NumberFormatException ex) {
            throw malformed("'" + line.substring(from, end) + "' where a fence number belongs");
        }
    }

    private DflockdProtocolException malformed(String what) {
        return new DflockdProtocolException("server " + server + " sent " + what + ": '" + shown() + "'");
    }

    @Override
    public String toString() {
        return line.substring(0, statusEnd);
    }

    /**
     * A grant.
     *
     * @param token the server's name for it
     * @param leaseSeconds at least 1
     * @param fence unsigned; null where the server issues none
     */
    public record Grant(
            String token, long leaseSeconds, @Nullable Long fence) {}
}
