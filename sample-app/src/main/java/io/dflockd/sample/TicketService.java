package io.dflockd.sample;

import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.sample.Work.Receipt;
import io.dflockd.spring.lock.LockOperations;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Service;

/**
 * Two-phase: a place in the queue is taken by one request and waited for by a later one, which may ask after having told
 * the user that there is a queue. A place that nobody asks for ends by itself ({@code dflockd.queued-place-max-life}).
 */
@Service
class TicketService {

    private final LockOperations locks;

    private final Work work;

    private final Map<String, QueuedAcquisition> places = new ConcurrentHashMap<>();

    TicketService(LockOperations locks, Work work) {
        this.locks = locks;
        this.work = work;
    }

    Ticket draw(String desk) {
        places.values().removeIf(place -> place.state() == QueuedAcquisition.State.ENDED);
        QueuedAcquisition place = locks.enqueue("desk:" + desk);
        String id = UUID.randomUUID().toString();
        places.put(id, place);
        return new Ticket(id, place.state());
    }

    /** Empty where the ticket is unknown, used, or not called within the time. */
    Optional<Receipt> use(String id, Duration patience, int seconds) throws InterruptedException {
        long askedAt = System.nanoTime();
        QueuedAcquisition place = places.remove(id);
        if (place == null) {
            return Optional.empty();
        }
        Optional<LockHandle> called = place.tryAwait(patience);
        if (called.isEmpty()) {
            return Optional.empty();
        }
        try (LockHandle held = called.get()) {
            return Optional.of(work.run("desk for ticket " + id, seconds, askedAt));
        }
    }

    record Ticket(String id, QueuedAcquisition.State state) {}
}
