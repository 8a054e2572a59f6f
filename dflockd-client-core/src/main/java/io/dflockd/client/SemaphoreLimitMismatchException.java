package io.dflockd.client;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the key is in use with another limit. The server keeps the limit of the first request for a key until the key
 * has been idle for {@code --gc-max-idle} (60 s by default). To change a limit, first stop the instances that use the old
 * one, or use a new key.
 *
 * <p>A lock is a semaphore of limit 1 on the same key.
 */
public class SemaphoreLimitMismatchException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    private final int requestedLimit;
    private final @Nullable Integer serverLimit;

    public SemaphoreLimitMismatchException(String message, int requestedLimit, @Nullable Integer serverLimit) {
        super(message);
        this.requestedLimit = requestedLimit;
        this.serverLimit = serverLimit;
    }

    /** {@return the limit in the request, 1 for a lock} */
    public int requestedLimit() {
        return requestedLimit;
    }

    /** {@return the limit that the server uses, empty if its {@code stats} do not contain it} */
    public OptionalInt serverLimit() {
        return serverLimit == null ? OptionalInt.empty() : OptionalInt.of(serverLimit);
    }
}
