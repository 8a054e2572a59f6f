package io.dflockd.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Text as it travels: every byte of the wire is one {@code char} of the same value, so that any byte string can be a
 * key. What counts as white space is decided on the UTF-8 that those bytes may form, as the real server does.
 */
final class WireText {

    private WireText() {}

    /** The bytes of a Java string as wire text. */
    static String ofJava(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Wire text for people: decoded as UTF-8, with U+FFFD for what is not. */
    static String toJava(String wire) {
        for (int i = 0; i < wire.length(); i++) {
            if (wire.charAt(i) > 0x7f) {
                return new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            }
        }
        return wire;
    }

    /** Cuts white space at both ends. */
    static String trim(String text) {
        int start = 0;
        int end = text.length();
        for (int n = spaceAt(text, start, end); n > 0; n = spaceAt(text, start, end)) {
            start += n;
        }
        for (int n = spaceBefore(text, start, end); n > 0; n = spaceBefore(text, start, end)) {
            end -= n;
        }
        return text.substring(start, end);
    }

    /** The words between runs of white space. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>(3);
        int length = text.length();
        int start = -1;
        int i = 0;
        while (i < length) {
            int space = spaceAt(text, i, length);
            if (space == 0) {
                start = start < 0 ? i : start;
                i++;
            } else {
                if (start >= 0) {
                    words.add(text.substring(start, i));
                    start = -1;
                }
                i += space;
            }
        }
        if (start >= 0) {
            words.add(text.substring(start));
        }
        return words;
    }

    private static int spaceBefore(String text, int start, int end) {
        for (int n = 1; n <= 3 && end - n >= start; n++) {
            if (spaceAt(text, end - n, end) == n) {
                return n;
            }
        }
        return 0;
    }

    /** How many bytes of white space stand at {@code i}; 0 for none. */
    private static int spaceAt(String text, int i, int end) {
        if (i >= end) {
            return 0;
        }
        char c = text.charAt(i);
        if (c <= ' ') {
            return c == ' ' || (c >= '\t' && c <= '\r') ? 1 : 0;
        }
        if (c < 0xc2) {
            return 0;
        }
        if (c == 0xc2 && i + 1 < end) {
            char d = text.charAt(i + 1);
            return d == 0x85 || d == 0xa0 ? 2 : 0;
        }
        if (i + 2 >= end) {
            return 0;
        }
        return isWideSpace(c, text.charAt(i + 1), text.charAt(i + 2)) ? 3 : 0;
    }

    /** U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. */
    private static boolean isWideSpace(char a, char b, char c) {
        if (a == 0xe2 && b == 0x80) {
            return (c >= 0x80 && c <= 0x8a) || c == 0xa8 || c == 0xa9 || c == 0xaf;
        }
        return (a == 0xe1 && b == 0x9a && c == 0x80)
                || (a == 0xe2 && b == 0x81 && c == 0x9f)
                || (a == 0xe3 && b == 0x80 && c == 0x80);
    }
}
