package io.dflockd.client.internal.wire;

import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.ServerAddress;
import org.jspecify.annotations.Nullable;

/**
 * One answer line. The first word is the status; unknown ones are kept, so that the error can name them. Servers differ in
 * the number of fields (a grant has 3 or 4, a renewal 2 or 3), so surplus fields are accepted and missing ones have a
 * meaning.
 */
public final class Reply {

    /** What a lease of zero or none in a grant means. */
    private static final long UNKNOWN_LEASE_SECONDS = 30;

    private final ServerAddress server;

    private final String line;

    private final String status;

    /** Reads a line, without its line break, of a server. */
    public Reply(ServerAddress server, String line) {
        this.server = server;
        this.line = line;
        int blank = line.indexOf(' ');
        this.status = blank < 0 ? line : line.substring(0, blank);
    }

    /** Whether the first word is the given one. */
    public boolean is(String word) {
        return status.equals(word);
    }

    /** The first word. */
    public String status() {
        return status;
    }

    /** The whole line. */
    public String line() {
        return line;
    }

    /** All behind the first blank; empty where there is none. */
    public String rest() {
        return status.length() == line.length() ? "" : line.substring(status.length() + 1);
    }

    /**
     * Reads {@code ok|acquired <token> [<lease> [<fence>]]}.
     *
     * @throws DflockdProtocolException if there is no token or a number is none
     */
    public Grant grant(boolean fenceFromToken) {
        String token = field(1);
        if (token == null || token.isEmpty()) {
            throw malformed("a grant without a token");
        }
        long lease = number(field(2), UNKNOWN_LEASE_SECONDS);
        String fence = field(3);
        Long fenceNumber = null;
        if (fence != null) {
            fenceNumber = unsigned(fence, 10);
        } else if (fenceFromToken && token.length() == 32) {
            fenceNumber = unsigned(token.substring(0, 16), 16);
        }
        return new Grant(token, lease <= 0 ? UNKNOWN_LEASE_SECONDS : lease, fenceNumber);
    }

    /**
     * Reads {@code ok [<lease> [<fence>]]}.
     *
     * @return the lease in seconds; 0 where the answer has none
     */
    public long renewedSeconds() {
        return Math.max(0, number(field(1), 0));
    }

    /** Reads {@code ok <count>}. */
    public long count() {
        String count = field(1);
        if (count == null) {
            throw malformed("an answer without its count");
        }
        return number(count, 0);
    }

    /** A protocol error that shows this line. */
    public DflockdProtocolException unexpected(String request) {
        return new DflockdProtocolException("server " + server + " answered '" + shown() + "' to " + request
                + ", which this protocol does not provide for; is it a dflockd server of a known generation?");
    }

    /** The line, shortened. */
    public String shown() {
        return line.length() > 120 ? line.substring(0, 117) + "..." : line;
    }

    private @Nullable String field(int index) {
        int from = 0;
        for (int i = 0; i < index; i++) {
            int blank = line.indexOf(' ', from);
            if (blank < 0) {
                return null;
            }
            from = blank + 1;
        }
        int end = line.indexOf(' ', from);
        return end < 0 ? line.substring(from) : line.substring(from, end);
    }

    private long number(@Nullable String text, long missing) {
        if (text == null || text.isEmpty()) {
            return missing;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException ex) {
            throw malformed("'" + text + "' where a number belongs");
        }
    }

    private long unsigned(String text, int radix) {
        try {
            return Long.parseUnsignedLong(text, radix);
        } catch (NumberFormatException ex) {
            throw malformed("'" + text + "' where a fence number belongs");
        }
    }

    private DflockdProtocolException malformed(String what) {
        return new DflockdProtocolException("server " + server + " sent " + what + ": '" + shown() + "'");
    }

    @Override
    public String toString() {
        return status;
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
