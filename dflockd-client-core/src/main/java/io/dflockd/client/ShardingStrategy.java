package io.dflockd.client;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Chooses the server of a key. All clients of one lock space must use the same strategy over the same list of servers in
 * the same order, or two of them will hold the same lock on different servers.
 *
 * <p>Implementations are called by many threads and must be pure. A result outside {@code 0 .. serverCount - 1} fails the
 * call with an {@link InvalidArgumentException}.
 */
@FunctionalInterface
public interface ShardingStrategy {

    /**
     * The place of a key.
     *
     * @param key the key, already checked
     * @param serverCount how many servers there are, at least 1
     * @return the index of the key's server
     */
    int serverFor(String key, int serverCount);

    /**
     * What every dflockd client does: the unsigned CRC-32 (IEEE) of the key's UTF-8 bytes modulo the number of servers.
     *
     * @return the default strategy
     */
    static ShardingStrategy crc32() {
        return (key, serverCount) -> {
            CRC32 crc = new CRC32();
            crc.update(key.getBytes(StandardCharsets.UTF_8));
            return (int) (crc.getValue() % serverCount);
        };
    }
}
