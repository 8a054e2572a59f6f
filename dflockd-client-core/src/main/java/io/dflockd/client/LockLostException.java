package io.dflockd.client;

/** A lock that was held has been lost: somebody else may hold it now. Thrown by {@link LockHandle#ensureHeld()}. */
public class LockLostException extends DflockdException {

    private static final long serialVersionUID = 1L;

    private final String key;

    private final LossReason reason;

    /**
     * Creates the exception.
     *
     * @param key the key that was held
     * @param reason why it is lost
     */
    public LockLostException(String key, LossReason reason) {
        super("lock '" + key + "' was lost (" + reason
                + "); another holder may have it now, so work that it guarded must" + " not go on");
        this.key = key;
        this.reason = reason;
    }

    /**
     * The key that was held.
     *
     * @return the key
     */
    public String key() {
        return key;
    }

    /**
     * Why it is lost.
     *
     * @return the reason
     */
    public LossReason reason() {
        return reason;
    }
}
