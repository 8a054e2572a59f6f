package io.dflockd.client;

/** Thrown by {@link Leadership#ensureLeader()} when the term is over. Another client may be the leader now. */
public class NotLeaderException extends DflockdException {

    private static final long serialVersionUID = 1L;

    private final String role;
    private final RevocationReason reason;

    public NotLeaderException(String role, RevocationReason reason) {
        super("this client is not the leader of '" + role + "' any more (" + reason
                + "); another client may lead now, so the work of the leader must not continue");
        this.role = role;
        this.reason = reason;
    }

    /** {@return the role} */
    public String role() {
        return role;
    }

    /** {@return why the leadership ended} */
    public RevocationReason reason() {
        return reason;
    }
}
