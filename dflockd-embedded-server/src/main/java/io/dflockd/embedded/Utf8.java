package io.dflockd.embedded;

/** Finds well-formed UTF-8 in {@linkplain WireText wire text}. */
final class Utf8 {

    private Utf8() {}

    /** The length of the well-formed sequence that starts at {@code i}, 0 if none does. */
    static int sizeAt(String wire, int i) {
        int first = wire.charAt(i);
        if (first < 0x80) {
            return 1;
        }
        int size = first >= 0xf0 && first <= 0xf4
                ? 4
                : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
        if (size == 0 || i + size > wire.length()) {
            return 0;
        }
        int second = wire.charAt(i + 1);
        int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < low || second > high) {
            return 0;
        }
        for (int k = 2; k < size; k++) {
            int c = wire.charAt(i + k);
            if (c < 0x80 || c > 0xbf) {
                return 0;
            }
        }
        return size;
    }
}
