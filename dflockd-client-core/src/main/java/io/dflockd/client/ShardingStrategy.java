package io.dflockd.client;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Chooses the server of a key. All clients that share locks must use the same strategy and list the same servers in the same
 * order. Otherwise two clients can hold the same lock on different servers.
 *
 * <p>Implementations must be thread-safe and must always return the same result for the same arguments. A result outside
 * {@code 0 .. serverCount - 1} fails the call with an {@link InvalidArgumentException}.
 */
@FunctionalInterface
public interface ShardingStrategy {

    /** Chooses the server of a key. Returns its index. */
    int serverFor(String key, int serverCount);

    /** {@return the default of all dflockd clients: CRC-32 (IEEE) of the key's UTF-8 bytes modulo the number of servers} */
    static ShardingStrategy crc32() {
        return (key, serverCount) -> {
            CRC32 crc = new CRC32();
            crc.update(key.getBytes(StandardCharsets.UTF_8));
            return (int) (crc.getValue() % serverCount);
        };
    }
}
