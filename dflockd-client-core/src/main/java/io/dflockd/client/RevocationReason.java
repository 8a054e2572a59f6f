package io.dflockd.client;

/** Why a leadership ended. */
public enum RevocationReason {

    /** The lease ended before a renewal was confirmed. See {@link LossReason#LEASE_EXPIRED}. */
    LEASE_EXPIRED,

    /** The connection of the leader ended. See {@link LossReason#CONNECTION_LOST}. */
    CONNECTION_LOST,

    /** The server has not answered for too long. See {@link LossReason#SERVER_SILENT}. */
    SERVER_SILENT,

    /** The server does not know the leader's lock any more. See {@link LossReason#REJECTED}. */
    REJECTED,

    /** Given up by {@link Leadership#yield()}. */
    YIELDED,

    /** The {@code onGranted} callback threw an exception. */
    CALLBACK_FAILED,

    /** The election was closed. */
    ELECTION_CLOSED,

    /** The client was closed. */
    CLIENT_CLOSED
}
