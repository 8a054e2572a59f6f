package io.dflockd.spring.guide;

import io.dflockd.spring.leader.LeaderOnly;
import io.dflockd.spring.leader.LeadershipGrantedEvent;
import io.dflockd.spring.leader.LeadershipRevokedEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;

/** What only the leader does, in docs/leader-election.md. */
public class Billing {

    private final List<String> done = new CopyOnWriteArrayList<>();

    // tag::leader-only
    @Scheduled(initialDelay = 10_000, fixedRate = 60_000)
    @LeaderOnly("billing")
    public void sendInvoices() {
        done.add("invoices");
    }

    @EventListener
    void start(LeadershipGrantedEvent event) {
        done.add("granted " + event.getRole());
    }

    @EventListener
    void stop(LeadershipRevokedEvent event) {
        done.add("revoked " + event.getRole());
    }
    // end::leader-only

    /** What was done, in order. */
    public List<String> done() {
        return done;
    }
}
