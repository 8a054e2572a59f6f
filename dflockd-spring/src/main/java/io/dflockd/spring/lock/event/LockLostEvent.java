package io.dflockd.spring.lock.event;

import io.dflockd.client.LockKind;
import io.dflockd.client.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * A held lock or slot was lost: another holder may have it now, while the work that it guarded may still go on.
 */
public class LockLostEvent extends LockEvent {

    private static final long serialVersionUID = 1L;

    private final LossReason reason;

    /**
     * Creates the event.
     *
     * @param source the template
     * @param kind lock or semaphore
     * @param name the logical name, null where none was given
     * @param key the key on the server
     * @param reason why it was lost
     */
    public LockLostEvent(Object source, LockKind kind, @Nullable String name, String key, LossReason reason) {
        super(source, kind, name, key);
        this.reason = reason;
    }

    /**
     * Tells why it was lost.
     *
     * @return never null
     */
    public LossReason getReason() {
        return reason;
    }
}
