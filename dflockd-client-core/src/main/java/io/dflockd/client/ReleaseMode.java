package io.dflockd.client;

/**
 * Whether the release of a handle waits for the server. Set it with {@link DflockdClientBuilder#release} or
 * {@link Acquirable#withRelease}.
 */
public enum ReleaseMode {

    /** {@link LockHandle#release()} waits until the server has confirmed that it had the lock for this handle until then. */
    CONFIRMED,

    /**
     * {@link LockHandle#release()} sends the release and does not wait, so that a guarded call costs one round trip and not
     * two. It returns whether the handle was held when it was released, as {@link LockHandle#isHeld()} does. The proof is
     * given up that the server had the lock for this handle until the end.
     *
     * <p>The next acquisition of this client is behind the release on the same connection, so it never finds the key busy
     * because of it. A lock that this client had to wait for has a connection of its own. Its release is confirmed, and so
     * is that of a lock whose connection has ended.
     *
     * <p>{@link DflockdClientListener#released} tells the answer. If the server does not confirm,
     * {@link DflockdClientListener#releaseUnconfirmed} is called too.
     */
    SENT
}
