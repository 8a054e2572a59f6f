package io.dflockd.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server's rules for each field of a request. The client checks them before it sends anything: a line break inside a
 * field would begin another request. All methods throw {@link InvalidArgumentException} if a value breaks a rule.
 * The methods for texts return the bytes.
 */
public final class FieldRules {

    /** The longest line that every server accepts. */
    public static final int MAX_LINE_BYTES = 256;
    /** The largest number of seconds that every server accepts; a larger one overflows there. */
    public static final long MAX_SECONDS = 9_223_372_036L;

    private FieldRules() {}

    /** Checks the key of a lock or semaphore. */
    public static byte[] key(@Nullable String key) {
        return name("key", key);
    }

    /** Checks the channel of a signal. */
    public static byte[] channel(@Nullable String channel) {
        byte[] bytes = name("channel", channel);
        for (byte b : bytes) {
            if (b == '*' || b == '>') {
                throw new InvalidArgumentException("channel '" + channel
                        + "' contains a wildcard (* or >); emit to one channel, and use wildcards to subscribe only");
            }
        }
        return bytes;
    }

    /**
     * Checks the pattern of a subscription: tokens separated by dots, {@code *} for one token, {@code >} for one or more
     * tokens at the end.
     */
    public static byte[] pattern(@Nullable String pattern) {
        byte[] bytes = name("pattern", pattern);
        String[] tokens = String.valueOf(pattern).split("\\.", -1);
        for (int i = 0; i < tokens.length; i++) {
            String token = tokens[i];
            boolean wildcard = token.indexOf('*') >= 0 || token.indexOf('>') >= 0;
            if (wildcard && token.length() > 1) {
                throw new InvalidArgumentException("pattern '" + pattern + "' has a wildcard inside the token '" + token
                        + "'; * and > stand for whole tokens between dots");
            }
            if (token.equals(">") && i < tokens.length - 1) {
                throw new InvalidArgumentException(
                        "pattern '" + pattern + "' has > before its end; > is allowed as the last token only");
            }
        }
        return bytes;
    }

    /** Checks the name of a queue group. White space at both ends is removed, as the server does. */
    public static byte[] group(@Nullable String group) {
        String trimmed = group == null ? "" : trimmed(group);
        if (trimmed.isEmpty()) {
            throw new InvalidArgumentException("group '" + group + "' is blank; leave it out for a plain subscription");
        }
        noLineBreak("group", trimmed);
        return limited("group", trimmed, MAX_LINE_BYTES);
    }

    /**
     * Removes the server's white space at both ends, which differs from Java's: it contains no-break spaces. The rest
     * may be empty.
     */
    public static String trimmed(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isSpace(value.charAt(start))) {
            start++;
        }
        while (start < end && isSpace(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return switch (c) {
            case '\t', '\n', 0x0b, '\f', '\r', ' ', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
            default -> c >= 0x2000 && c <= 0x200a;
        };
    }

    /** Checks the payload of a signal. */
    public static byte[] payload(@Nullable String payload, int maxBytes) {
        if (payload == null || payload.isEmpty()) {
            throw new InvalidArgumentException(
                    "payload is " + (payload == null ? "null" : "empty") + "; expected at least one byte");
        }
        noLineBreak("payload", payload);
        return limited("payload", payload, maxBytes);
    }

    /** Checks the token of a grant. */
    public static byte[] token(@Nullable String token) {
        if (token == null || token.isBlank()) {
            throw new InvalidArgumentException(
                    "token is " + (token == null ? "null" : "blank") + "; expected the token of a grant");
        }
        byte[] bytes = utf8("token", token);
        for (byte b : bytes) {
            if (b == ' ' || b == '\t' || b == '\r' || b == '\n') {
                throw new InvalidArgumentException("token contains white space; expected the token of a grant");
            }
        }
        if (bytes.length > MAX_LINE_BYTES) {
            throw new InvalidArgumentException(
                    "token has " + bytes.length + " bytes, more than the " + MAX_LINE_BYTES + " allowed");
        }
        return bytes;
    }

    /** Checks an auth token. The message never contains it. */
    public static byte[] authToken(String token) {
        if (token.isBlank()) {
            throw new InvalidArgumentException("auth token is blank; set none for a server without one");
        }
        if (token.indexOf('\n') >= 0 || token.indexOf('\r') >= 0) {
            throw new InvalidArgumentException("auth token contains a line break");
        }
        try {
            return encode(token);
        } catch (CharacterCodingException ex) {
            throw new InvalidArgumentException("auth token contains an unpaired surrogate, which UTF-8 cannot encode");
        }
    }

    /** Checks the limit of a semaphore. */
    public static int limit(int limit) {
        if (limit < 1) {
            throw new InvalidArgumentException("limit " + limit + " is below 1");
        }
        return limit;
    }

    /** Checks a lease and rounds it up to whole seconds, which the protocol requires. */
    public static long leaseSeconds(@Nullable Duration lease) {
        if (lease == null || lease.isZero() || lease.isNegative()) {
            throw new InvalidArgumentException("lease " + lease + " is not positive");
        }
        return seconds("lease", lease);
    }

    /** Checks a timeout and rounds it up to whole seconds, which the protocol requires. */
    public static long timeoutSeconds(@Nullable Duration timeout) {
        if (timeout == null || timeout.isNegative()) {
            throw new InvalidArgumentException(
                    timeout == null ? "timeout is null; expected zero or more" : "timeout " + timeout + " is negative");
        }
        return seconds("timeout", timeout);
    }

    /** The longest duration of a client's setting; longer ones would overflow when added. */
    private static final Duration LONGEST_SETTING = Duration.ofDays(366);

    /** Checks a duration of a client's setting. It must not be negative or longer than a year. */
    public static Duration setting(String name, @Nullable Duration value) {
        if (value == null || value.isNegative()) {
            throw new InvalidArgumentException(name + " is " + (value == null ? "null" : value + ", which is negative")
                    + "; expected zero or more");
        }
        if (value.compareTo(LONGEST_SETTING) > 0) {
            throw new InvalidArgumentException(
                    name + " " + value + " is too long; expected at most " + LONGEST_SETTING.toDays() + " days");
        }
        return value;
    }

    /** Checks a duration of a client's setting that must not be zero. */
    public static Duration positiveSetting(String name, @Nullable Duration value) {
        if (value == null || value.isZero() || value.isNegative()) {
            throw new InvalidArgumentException(name + " is " + value + "; expected more than zero");
        }
        return setting(name, value);
    }

    /**
     * Checks how long a lock is held at least and at most. The minimum must not be negative, nor longer than the
     * maximum. The maximum must be positive.
     */
    public static void holdLimits(@Nullable Duration atLeast, @Nullable Duration atMost) {
        Duration least = atLeast == null ? Duration.ZERO : setting("holdAtLeast", atLeast);
        if (atMost != null && least.compareTo(positiveSetting("holdAtMost", atMost)) > 0) {
            throw new InvalidArgumentException("holdAtLeast " + atLeast + " is longer than holdAtMost " + atMost
                    + "; lower the first or raise the second");
        }
    }

    /** Checks a renew ratio: it must be between 0 and 1, both exclusive. */
    public static double renewRatio(double ratio) {
        if (!(ratio > 0 && ratio < 1)) {
            throw new InvalidArgumentException("renew ratio " + ratio + " is not between 0 and 1 (both exclusive)");
        }
        return ratio;
    }

    private static long seconds(String field, Duration value) {
        long seconds = value.getSeconds();
        if (value.getNano() > 0 && seconds < Long.MAX_VALUE) {
            seconds++;
        }
        if (seconds > MAX_SECONDS) {
            throw new InvalidArgumentException(
                    field + " " + value + " is longer than the " + MAX_SECONDS + " seconds that the protocol allows");
        }
        return seconds;
    }

    private static byte[] name(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new InvalidArgumentException(
                    field + " is " + (value == null ? "null" : "empty") + "; expected 1 to 256 bytes without spaces");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                throw new InvalidArgumentException(field + " '" + visible(value) + "' contains "
                        + (c == ' ' ? "a space" : c == '\t' ? "a TAB" : "a line break") + " at index " + i
                        + "; space, TAB, CR and LF are not allowed");
            }
        }
        return limited(field, value, MAX_LINE_BYTES);
    }

    private static byte[] limited(String field, String value, int max) {
        byte[] bytes = utf8(field, value);
        if (bytes.length > max) {
            throw new InvalidArgumentException(field + " '" + visible(value) + "' has " + bytes.length
                    + " bytes in UTF-8, more than the " + max + " allowed");
        }
        return bytes;
    }

    private static void noLineBreak(String field, String value) {
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
            throw new InvalidArgumentException(
                    field + " '" + visible(value) + "' contains a line break, which would end the request");
        }
    }

    private static byte[] utf8(String field, String value) {
        try {
            return encode(value);
        } catch (CharacterCodingException ex) {
            throw new InvalidArgumentException(
                    field + " '" + visible(value) + "' contains an unpaired surrogate, which UTF-8 cannot encode", ex);
        }
    }

    private static byte[] encode(String value) throws CharacterCodingException {
        // Unlike String.getBytes, a new encoder reports what it cannot encode.
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    private static String visible(String value) {
        String shown = value.length() > 80 ? value.substring(0, 77) + "..." : value;
        return shown.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
    }
}
