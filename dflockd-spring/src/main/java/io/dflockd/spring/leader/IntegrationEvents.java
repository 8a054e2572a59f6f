package io.dflockd.spring.leader;

import io.dflockd.client.LeaderElection;
import io.dflockd.client.Leadership;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

/**
 * The events of Spring Integration, so that its {@code SmartLifecycleRoleController} starts and stops endpoints. Used only where
 * Spring Integration is on the class path.
 */
final class IntegrationEvents {

    private IntegrationEvents() {}

    static void granted(ApplicationEventPublisher events, Object source, LeaderElection election, Leadership term) {
        events.publishEvent(new OnGrantedEvent(source, new TermContext(election, term), term.role()));
    }

    static void revoked(ApplicationEventPublisher events, Object source, LeaderElection election, Leadership term) {
        events.publishEvent(new OnRevokedEvent(source, new TermContext(election, term), term.role()));
    }

    private record TermContext(LeaderElection election, Leadership term) implements Context {

        @Override
        public boolean isLeader() {
            return election.leadership().filter(term::equals).isPresent();
        }

        @Override
        public void yield() {
            term.yield();
        }

        @Override
        public String getRole() {
            return term.role();
        }
    }
}
