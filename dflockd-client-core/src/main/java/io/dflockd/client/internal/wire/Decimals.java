package io.dflockd.client.internal.wire;

/** Writes numbers that are not negative as ASCII, without a text in between. */
final class Decimals {

    private Decimals() {}

    /** How many digits a number has. */
    static int length(long number) {
        int digits = 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /** Writes a number, and returns where it ends. */
    static int put(byte[] bytes, int from, long number) {
        int end = from + length(number);
        long rest = number;
        for (int at = end - 1; at >= from; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }
}
