package io.dflockd.client.internal.wire;

import java.nio.charset.StandardCharsets;

/**
 * Writes requests: three lines each, command, key, argument. The parts must have passed
 * {@link io.dflockd.client.FieldRules}; numbers are checked there too.
 */
public final class Requests {

    /** Something harmless that every server answers and none logs: the release of a lock that nobody has. */
    private static final byte[] KEEP_ALIVE = "r\n_\n_\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NO_KEY = {'_'};
    private static final byte[] STATS = "stats\n_\n_\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] PING = "ping\n_\n_\n".getBytes(StandardCharsets.US_ASCII);

    private Requests() {}

    /** {@code l} or {@code sl}; a lease of 0 leaves it to the server. */
    public static byte[] acquire(Target target, long timeoutSeconds, long leaseSeconds) {
        boolean semaphore = target.semaphore();
        int length = Decimals.length(timeoutSeconds)
                + (semaphore ? 1 + Decimals.length(target.limit()) : 0)
                + (leaseSeconds > 0 ? 1 + Decimals.length(leaseSeconds) : 0);
        byte[] bytes = begin(semaphore ? "sl" : "l", target.keyBytes(), length);
        int at = Decimals.put(bytes, bytes.length - length - 1, timeoutSeconds);
        if (semaphore) {
            bytes[at++] = ' ';
            at = Decimals.put(bytes, at, target.limit());
        }
        if (leaseSeconds > 0) {
            bytes[at++] = ' ';
            Decimals.put(bytes, at, leaseSeconds);
        }
        return bytes;
    }

    /** {@code e} or {@code se}; a lease of 0 leaves it to the server. */
    public static byte[] enqueue(Target target, long leaseSeconds) {
        StringBuilder argument = new StringBuilder(16);
        if (target.semaphore()) {
            argument.append(target.limit());
            appendLease(argument, leaseSeconds);
        } else if (leaseSeconds > 0) {
            argument.append(leaseSeconds);
        }
        return request(target.semaphore() ? "se" : "e", target.keyBytes(), argument);
    }

    /** {@code w} or {@code sw}. */
    public static byte[] await(Target target, long timeoutSeconds) {
        return request(target.semaphore() ? "sw" : "w", target.keyBytes(), Long.toString(timeoutSeconds));
    }

    /** {@code r} or {@code sr}. */
    public static byte[] release(Target target, String token) {
        return request(target.semaphore() ? "sr" : "r", target.keyBytes(), token);
    }

    /** {@code n} or {@code sn}; a lease of 0 makes it the server's default, whatever it was before. */
    public static byte[] renew(Target target, String token, long leaseSeconds) {
        StringBuilder argument = new StringBuilder(48).append(token);
        appendLease(argument, leaseSeconds);
        return request(target.semaphore() ? "sn" : "n", target.keyBytes(), argument);
    }

    public static byte[] auth(byte[] token) {
        return request("auth", NO_KEY, token);
    }

    public static byte[] stats() {
        return STATS;
    }

    /** A request that changes nothing; answered {@code ok} from 1.14 on, {@code error} before. */
    public static byte[] ping() {
        return PING;
    }

    /** A request whose only effect is that the server hears something; answered {@code error}. */
    public static byte[] keepAlive() {
        return KEEP_ALIVE;
    }

    public static byte[] signal(byte[] channel, byte[] payload) {
        return request("signal", channel, payload);
    }

    /** {@code listen}; an empty group is none. */
    public static byte[] listen(byte[] pattern, byte[] group) {
        return request("listen", pattern, group);
    }

    /** {@code unlisten}; an empty group is none. */
    public static byte[] unlisten(byte[] pattern, byte[] group) {
        return request("unlisten", pattern, group);
    }

    private static void appendLease(StringBuilder argument, long leaseSeconds) {
        if (leaseSeconds > 0) {
            argument.append(' ').append(leaseSeconds);
        }
    }

    private static byte[] request(String command, byte[] key, CharSequence argument) {
        int length = argument.length();
        byte[] bytes = begin(command, key, length);
        for (int i = 0, at = bytes.length - length - 1; i < length; i++, at++) {
            if (argument.charAt(i) >= 0x80) {
                return request(command, key, argument.toString().getBytes(StandardCharsets.UTF_8));
            }
            bytes[at] = (byte) argument.charAt(i);
        }
        return bytes;
    }

    private static byte[] request(String command, byte[] key, byte[] argument) {
        byte[] bytes = begin(command, key, argument.length);
        System.arraycopy(argument, 0, bytes, bytes.length - argument.length - 1, argument.length);
        return bytes;
    }

    /** All of a request but its argument, for which there is room before the last line break. */
    private static byte[] begin(String command, byte[] key, int argumentLength) {
        int commandLength = command.length();
        byte[] bytes = new byte[commandLength + key.length + argumentLength + 3];
        for (int i = 0; i < commandLength; i++) {
            bytes[i] = (byte) command.charAt(i);
        }
        bytes[commandLength] = '\n';
        System.arraycopy(key, 0, bytes, commandLength + 1, key.length);
        bytes[commandLength + 1 + key.length] = '\n';
        bytes[bytes.length - 1] = '\n';
        return bytes;
    }
}
