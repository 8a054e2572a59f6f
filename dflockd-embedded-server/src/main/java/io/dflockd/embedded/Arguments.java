package io.dflockd.embedded;

import java.util.List;

/** The field rules of the protocol: keys, tokens, numbers of seconds, limits. */
final class Arguments {

    static final long MAX_SECONDS = 9_223_372_036L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Generation generation;
    private final Lease defaultLease;

    Arguments(Generation generation, Lease defaultLease) {
        this.generation = generation;
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

    static String token(String argument) throws BadRequest {
        String token = WireText.trim(argument);
        if (token.isEmpty()) {
            throw new BadRequest("empty token");
        }
        return token;
    }

    /** The words of an argument line, refused unless there are {@code min} to {@code max} of them. */
    static List<String> words(String argument, int min, int max) throws BadRequest {
        List<String> words = WireText.words(argument);
        if (words.size() < min || words.size() > max) {
            throw new BadRequest("wrong number of arguments");
        }
        return words;
    }

    /** A waiting time in nanoseconds. */
    long timeout(String word) throws BadRequest {
        long seconds = integer(word);
        if (seconds < 0) {
            throw new BadRequest("negative timeout");
        }
        return nanos(seconds);
    }

    /** The lease at {@code index}, or the server's default where the words end before it. */
    Lease lease(List<String> words, int index) throws BadRequest {
        if (words.size() <= index) {
            return defaultLease;
        }
        long seconds = integer(words.get(index));
        if (seconds <= 0) {
            throw new BadRequest("lease below 1");
        }
        long nanos = nanos(seconds);
        if (nanos <= 0) {
            throw new BadRequest("lease overflows");
        }
        long shown = nanos / NANOS_PER_SECOND;
        // An overflow in G1 may leave less than a second, which its answers replace by the default.
        return new Lease(nanos, shown == 0 ? defaultLease.shown() : shown);
    }

    static long limit(String word) throws BadRequest {
        long limit = integer(word);
        if (limit <= 0) {
            throw new BadRequest("limit below 1");
        }
        return limit;
    }

    private long nanos(long seconds) throws BadRequest {
        if (generation.refusesOverflowingSeconds() && seconds > MAX_SECONDS) {
            throw new BadRequest("seconds out of range");
        }
        return seconds * NANOS_PER_SECOND;
    }

    /** Base 10 with an optional sign, within 64 bits. */
    private static long integer(String word) throws BadRequest {
        int length = word.length();
        boolean negative = word.charAt(0) == '-';
        int i = negative || word.charAt(0) == '+' ? 1 : 0;
        if (i == length) {
            throw new BadRequest("not a number");
        }
        long value = 0;
        for (; i < length; i++) {
            int digit = word.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new BadRequest("not a number");
            }
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw new BadRequest("number out of range");
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
