package io.dflockd.client;

/**
 * Thrown while a handle is {@link LockHandle.State#SUSPENDED}: its connection has ended, and the server has not yet confirmed that
 * it still has the lock. {@link LockHandle#ensureHeld()} and {@link Leadership#ensureLeader()} throw it, and {@code tryLock} of a
 * {@link ReentrantDistributedLock} that the thread has.
 */
public class LockSuspendedException extends DflockdException {

    private static final long serialVersionUID = 1L;

    private final String key;

    public LockSuspendedException(String key, ServerAddress server) {
        super("lock '" + key + "' on server " + server
                + " is suspended: its connection has ended, and the server has not confirmed yet that it still has the lock; call"
                + " awaitHeld to wait for the answer");
        this.key = key;
    }

    /** {@return the key of the lock} */
    public String key() {
        return key;
    }
}
