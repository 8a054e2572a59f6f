package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import io.dflockd.client.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * A lock or slot was suspended: its connection has ended, and the client asks the server whether it still has the lock. A
 * {@link LockResumedEvent} or a {@link LockLostEvent} follows, unless the lock is released first. Of every handle of a client that has a
 * {@link LockEventPublisher}, not only those of templates.
 */
public class LockSuspendedEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    private final LossReason reason;

    /**
     * Creates the event.
     *
     * @param source the publisher
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     * @param reason why its connection has ended
     */
    public LockSuspendedEvent(Object source, LockKind kind, @Nullable String name, String key, LossReason reason) {
        super(source, kind, name, key);
        this.reason = reason;
    }

    /** {@return why its connection has ended} */
    public LossReason getReason() {
        return reason;
    }
}
