package io.dflockd.spring.leader;

import io.dflockd.client.Leadership;
import io.dflockd.client.RevocationReason;

/**
 * This application is not the leader of a role any more. If the leadership is given up, the lock is released after the listeners
 * have returned, so a listener may stop the work of the leader and wait for its end.
 */
public class LeadershipRevokedEvent extends LeadershipEvent {

    private static final long serialVersionUID = 1L;

    private final RevocationReason reason;

    /**
     * Creates the event.
     *
     * @param source the roles of the application
     * @param leadership the term that has ended
     * @param reason why
     */
    public LeadershipRevokedEvent(Object source, Leadership leadership, RevocationReason reason) {
        super(source, leadership);
        this.reason = reason;
    }

    /**
     * Why it ended.
     *
     * @return the reason
     */
    public RevocationReason getReason() {
        return reason;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + getLeadership() + ", reason=" + reason + "]";
    }
}
