package io.dflockd.shedlock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How the name of a lock becomes a key on the server. Blanks, control characters and {@code %} are written as {@code %XX}. A
 * name that is too long for the server is cut and has its hash at the end, after {@code %sha256-}, which no other name gives.
 */
final class LockKeys {

    private static final int READABLE = 64;

    /** Leaves room for a name that was cut. */
    private static final int MAX_PREFIX_BYTES = 100;

    private final String prefix;

    LockKeys(String prefix) {
        if (!prefix.isEmpty() && FieldRules.key(prefix).length > MAX_PREFIX_BYTES) {
            throw new InvalidArgumentException("key prefix '" + prefix + "' has more than " + MAX_PREFIX_BYTES
                    + " bytes in UTF-8; choose a shorter one");
        }
        this.prefix = prefix;
    }

    String keyOf(String name) {
        String escaped = escaped(name);
        String key = prefix + escaped;
        // What is no Unicode text is refused by the client: its hash could be that of another name.
        boolean text = StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (!text || key.getBytes(StandardCharsets.UTF_8).length <= FieldRules.MAX_LINE_BYTES) {
            return key;
        }
        return prefix + beginning(escaped) + "%sha256-" + hash(name);
    }

    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder(name.length() + 16);
        name.codePoints().forEach(character -> {
            if (character == '%' || Character.isWhitespace(character) || Character.isISOControl(character)) {
                for (byte b : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
                }
            } else {
                escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }

    private static String beginning(String escaped) {
        int end = 0;
        while (end < Math.min(escaped.length(), READABLE) && escaped.charAt(end) < 0x80) {
            end++;
        }
        return escaped.substring(0, end);
    }

    private static String hash(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("every Java platform has SHA-256", ex);
        }
    }
}
