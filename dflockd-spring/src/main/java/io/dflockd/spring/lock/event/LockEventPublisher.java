package io.dflockd.spring.lock.event;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.LossReason;
import java.time.Duration;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes the events of a client's handles that no template can see: {@link LockSuspendedEvent}, {@link LockResumedEvent}, and
 * {@link LockReleaseUnconfirmedEvent} for releases that nobody waits for. Add it with {@link io.dflockd.client.DflockdClientBuilder#listener}; Spring Boot's auto-configuration adds it to its clients. Thread-safe.
 */
public final class LockEventPublisher implements DflockdClientListener {

    private final ApplicationEventPublisher publisher;

    /**
     * Creates the listener.
     *
     * @param publisher gets the events, on the client's thread for events
     */
    public LockEventPublisher(ApplicationEventPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public boolean wantsRoutineEvents() {
        return false;
    }

    @Override
    public void suspended(Subject subject, LossReason reason) {
        publisher.publishEvent(new LockSuspendedEvent(this, subject.kind(), subject.name(), subject.key(), reason));
    }

    @Override
    public void resumed(Subject subject, Duration after) {
        publisher.publishEvent(new LockResumedEvent(this, subject.kind(), subject.name(), subject.key(), after));
    }

    @Override
    public void releaseUnconfirmed(Subject subject) {
        publisher.publishEvent(new LockReleaseUnconfirmedEvent(this, subject.kind(), subject.name(), subject.key()));
    }
}
