package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import org.jspecify.annotations.Nullable;

/**
 * A lock or semaphore was not acquired because of a failure, such as a server that cannot be reached or a limit.
 */
public class LockAcquireFailedEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    private final Throwable cause;

    /**
     * Creates the event.
     *
     * @param source the template
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     * @param cause what is wrong
     */
    public LockAcquireFailedEvent(Object source, LockKind kind, @Nullable String name, String key, Throwable cause) {
        super(source, kind, name, key);
        this.cause = cause;
    }

    /**
     * Tells what is wrong.
     *
     * @return never null
     */
    public Throwable getCause() {
        return cause;
    }
}
