package io.dflockd.spring.leader;

import io.dflockd.client.Leadership;
import org.springframework.context.ApplicationEvent;

/**
 * A leadership has begun or ended. The events of one role are published in order, on a callback thread of the client. A listener
 * that blocks delays the later events of its role.
 */
public abstract class LeadershipEvent extends ApplicationEvent {

    private static final long serialVersionUID = 1L;

    private final transient Leadership leadership;

    private final String role;

    LeadershipEvent(Object source, Leadership leadership) {
        super(source);
        this.leadership = leadership;
        this.role = leadership.role();
    }

    /**
     * The role.
     *
     * @return the role
     */
    public String getRole() {
        return role;
    }

    /**
     * The term that has begun or ended.
     *
     * @return the leadership
     */
    public Leadership getLeadership() {
        return leadership;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + leadership + "]";
    }
}
