package io.dflockd.client;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The key exists on the server with another limit. The server remembers the limit of the first request for a key until
 * the key has been idle for {@code --gc-max-idle} (60 s by default), so a changed limit is refused while the key is in
 * use: stop the instances with the old limit first, or use a new key.
 *
 * <p>A lock is a semaphore of limit 1 on the same key.
 */
public class SemaphoreLimitMismatchException extends LockAcquisitionException {

    private static final long serialVersionUID = 1L;

    private final int requestedLimit;

    private final @Nullable Integer serverLimit;

    /**
     * Creates the exception.
     *
     * @param message what to tell the user
     * @param requestedLimit the limit that this client asked for
     * @param serverLimit the limit the server's {@code stats} show for the key, or null where they do not show it
     */
    public SemaphoreLimitMismatchException(String message, int requestedLimit, @Nullable Integer serverLimit) {
        super(message);
        this.requestedLimit = requestedLimit;
        this.serverLimit = serverLimit;
    }

    /**
     * The limit of this client's request.
     *
     * @return 1 for a lock
     */
    public int requestedLimit() {
        return requestedLimit;
    }

    /**
     * The limit in force at the server.
     *
     * @return empty where the server's {@code stats} did not show it
     */
    public OptionalInt serverLimit() {
        return serverLimit == null ? OptionalInt.empty() : OptionalInt.of(serverLimit);
    }
}
