package io.dflockd.client;

/** Why a handle was lost. */
public enum LossReason {

    /** The lease ended before a renewal was confirmed, or the server answered that it had ended. */
    LEASE_EXPIRED,

    /** The owning connection ended. The server frees what a connection held when it ends. */
    CONNECTION_LOST,

    /**
     * The server has not answered on the owning connection for so long that it may have closed the connection
     * ({@code --read-timeout}) and granted the lock to the next waiter.
     */
    SERVER_SILENT,

    /** The server does not know the token. */
    REJECTED,

    /** The maximum time of {@link Acquirable#withHoldAtMost} is over. The client releases the lock at the server. */
    HELD_TOO_LONG,

    /** The client was closed while the handle was held. */
    CLIENT_CLOSED
}
