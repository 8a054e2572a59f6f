package io.dflockd.spring.lock;

/**
 * Converts a key to the key on the server, which allows 1 to 256 bytes of UTF-8 without blank, TAB, CR and LF.
 *
 * <p>The default, {@link #strict()}, changes nothing, and keys that are not allowed are refused. All encodings keep different
 * keys different. All applications that share a lock must use the same encoding.
 */
@FunctionalInterface
public interface KeyEncoding {

    /**
     * Encodes a key.
     *
     * @param key not blank
     * @return the key on the server
     */
    String encode(String key);

    /**
     * Changes nothing.
     *
     * @return the default encoding
     */
    static KeyEncoding strict() {
        return StrictEncoding.INSTANCE;
    }

    /**
     * Writes blanks, control characters and {@code %} as {@code %XX} of their UTF-8 bytes: {@code "a b"} becomes
     * {@code "a%20b"}. No two keys become one.
     *
     * @return the encoding
     */
    static KeyEncoding percent() {
        return PercentEncoding::encode;
    }

    /**
     * Leaves keys that fit as they are, and replaces the others by {@code sha256-} and the hash in hex, after as much of
     * the key as is readable: {@code "order:a b"} becomes {@code "order:a-sha256-…"}. A key that ends like that is replaced
     * too, so that no two keys become one.
     *
     * @return the encoding
     */
    static KeyEncoding hashUnfit() {
        return HashEncoding::encode;
    }
}
