package io.dflockd.embedded.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text as it is sent: every byte is one {@code char} of the same value, so that any byte string can be a key. White
 * space is recognized in the UTF-8 that these bytes form, as the real server does.
 */
public final class WireText {

    /** U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000. */
    private static final String WIDE_SPACE = "\u00c2[\u0085\u00a0]|\u00e1\u009a\u0080"
            + "|\u00e2\u0080[\u0080-\u008a\u00a8\u00a9\u00af]|\u00e2\u0081\u009f|\u00e3\u0080\u0080";

    private static final int WIDEST_SPACE = 3;
    private static final Pattern WIDE = Pattern.compile(WIDE_SPACE);

    private WireText() {}

    /** The bytes of a Java string as wire text. */
    public static String ofJava(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Wire text decoded as UTF-8, with U+FFFD for bytes that are not UTF-8. */
    public static String toJava(String wire) {
        return new String(wire.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** Cuts white space at both ends. */
    public static String trim(String text) {
        int from = 0;
        for (int size = spaceAt(text, 0); size > 0; size = spaceAt(text, from)) {
            from += size;
        }
        int to = text.length();
        for (int size = spaceBefore(text, from, to); size > 0; size = spaceBefore(text, from, to)) {
            to -= size;
        }
        return text.substring(from, to);
    }

    /** The words between runs of white space. */
    static List<String> words(String text) {
        String narrow = isAscii(text) ? text : WIDE.matcher(text).replaceAll(" ");
        StringTokenizer tokens = new StringTokenizer(narrow, " \t\n\u000b\f\r");
        List<String> words = new ArrayList<>(3);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    /** The number of bytes of the white space there; 0 if there is none. */
    private static int spaceAt(String text, int at) {
        if (at == text.length()) {
            return 0;
        }
        char c = text.charAt(at);
        if (c <= 0x7f) {
            return c == ' ' || (c >= '\t' && c <= '\r') ? 1 : 0;
        }
        Matcher wide = WIDE.matcher(text).region(at, text.length());
        return wide.lookingAt() ? wide.end() - at : 0;
    }

    private static int spaceBefore(String text, int from, int end) {
        for (int size = 1; size <= Math.min(WIDEST_SPACE, end - from); size++) {
            if (spaceAt(text, end - size) == size) {
                return size;
            }
        }
        return 0;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7f) {
                return false;
            }
        }
        return true;
    }
}
