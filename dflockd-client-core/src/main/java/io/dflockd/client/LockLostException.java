package io.dflockd.client;

/**
 * Thrown when a lock was held and is lost, for example by {@link LockHandle#ensureHeld()}. Another client may hold it now.
 */
public class LockLostException extends DflockdException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final LossReason reason;

    public LockLostException(String key, LossReason reason) {
        super("lock '" + key + "' was lost (" + reason
                + "); another client may hold it now, so the work that it guarded must not continue");
        this.key = key;
        this.reason = reason;
    }

    /** {@return the key that was held} */
    public String key() {
        return key;
    }

    /** {@return the reason of the loss} */
    public LossReason reason() {
        return reason;
    }
}
