package io.dflockd.spring.lock;

import java.nio.charset.StandardCharsets;

/** {@link KeyEncoding#percent()}. */
final class PercentEncoding {

    private PercentEncoding() {}

    static String encode(String key) {
        StringBuilder encoded = null;
        for (int i = 0; i < key.length(); ) {
            int character = key.codePointAt(i);
            int length = Character.charCount(character);
            if (needsEscape(character)) {
                if (encoded == null) {
                    encoded = new StringBuilder(key.length() + 16).append(key, 0, i);
                }
                for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    encoded.append('%').append(String.format("%02X", b));
                }
            } else if (encoded != null) {
                encoded.appendCodePoint(character);
            }
            i += length;
        }
        return encoded == null ? key : encoded.toString();
    }

    private static boolean needsEscape(int character) {
        return character == '%' || Character.isWhitespace(character) || Character.isISOControl(character);
    }
}
