package io.dflockd.spring.lock;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** {@link KeyEncoding#hashUnfit()}. */
final class HashEncoding {

    private static final int MAX_BYTES = 256;

    private static final int READABLE = 64;

    private static final String MARK = "-sha256-";

    private static final int DIGITS = 64;

    private HashEncoding() {}

    static String encode(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int fit = 0;
        while (fit < key.length() && fits(key.charAt(fit))) {
            fit++;
        }
        if (fit == key.length() && bytes.length <= MAX_BYTES && !looksHashed(key)) {
            return key;
        }
        StringBuilder encoded = new StringBuilder(READABLE + MARK.length() + DIGITS);
        for (int i = 0; i < Math.min(fit, READABLE) && key.charAt(i) < 0x80; i++) {
            encoded.append(key.charAt(i));
        }
        return encoded.append(MARK)
                .append(HexFormat.of().formatHex(sha256().digest(bytes)))
                .toString();
    }

    /** Such a key would be that of another one, whose hash it has. */
    private static boolean looksHashed(String key) {
        int digits = key.length() - DIGITS;
        return key.startsWith(MARK, digits - MARK.length())
                && key.chars().skip(digits).allMatch(HashEncoding::isDigit);
    }

    private static boolean isDigit(int character) {
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'f');
    }

    private static boolean fits(char character) {
        return !Character.isWhitespace(character) && !Character.isISOControl(character);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("every Java platform has SHA-256", ex);
        }
    }
}
