package io.dflockd.client;

/** Why a held lock or semaphore slot is held no longer, though nobody released it. */
public enum LossReason {

    /** The lease ran out before a renewal was confirmed, or the server said that it had. */
    LEASE_EXPIRED,

    /** The connection that owned it ended; the server frees what a connection held when it ends. */
    CONNECTION_LOST,

    /**
     * Nothing was confirmed on the owning connection for so long that the server may have closed it for silence
     * ({@code --read-timeout}) and handed the lock on.
     */
    SERVER_SILENT,

    /** The server does not know the token any more. */
    REJECTED,

    /** This client was closed while the lock was held. */
    CLIENT_CLOSED
}
