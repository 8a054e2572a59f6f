package io.dflockd.spring.leader;

import io.dflockd.client.Leadership;

/**
 * This application has become the leader of a role. If a listener throws an exception, the leadership is given up, so that another
 * application may lead.
 */
public class LeadershipGrantedEvent extends LeadershipEvent {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the event.
     *
     * @param source the roles of the application
     * @param leadership the term that has begun
     */
    public LeadershipGrantedEvent(Object source, Leadership leadership) {
        super(source, leadership);
    }
}
