package io.dflockd.sample;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.sample.Work.Receipt;
import io.dflockd.spring.lock.LockOperations;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Two-phase acquisition: one request takes a place in the queue, and a later request waits for it, after the user was told that
 * there is a queue. A place that is never used ends after {@code dflockd.queued-place-max-life}.
 */
@Service
class TicketService {

    /** How long a ticket is good for after its first use, and after its call. */
    private static final Duration LIFE = Duration.ofMinutes(5);

    private final LockOperations locks;

    private final Work work;

    private final Map<String, DrawnTicket> tickets = new ConcurrentHashMap<>();

    TicketService(LockOperations locks, Work work) {
        this.locks = locks;
        this.work = work;
    }

    Ticket draw(String desk) {
        tickets.values().removeIf(ticket -> ticket.place.state() == QueuedAcquisition.State.ENDED);
        DrawnTicket ticket = new DrawnTicket(locks.enqueue("desk:" + desk));
        String id = UUID.randomUUID().toString();
        tickets.put(id, ticket);
        return new Ticket(id, ticket.place.state());
    }

    /**
     * Uses a ticket when it is called.
     *
     * @return empty if the ticket is unknown, used or too old
     * @throws NotYetCalledException if it is not called within the time; it keeps its place
     */
    Optional<Receipt> use(String id, Duration patience, int seconds)
            throws InterruptedException, NotYetCalledException {
        long askedAt = System.nanoTime();
        DrawnTicket ticket = tickets.get(id);
        if (ticket == null) {
            return Optional.empty();
        }
        Optional<LockHandle> called = called(id, ticket, patience);
        // Two requests may use a ticket at the same time; one of them removes it.
        if (!tickets.remove(id, ticket) || called.isEmpty()) {
            return Optional.empty();
        }
        try (LockHandle held = called.get()) {
            held.ensureHeld();
            return Optional.of(work.run("desk for ticket " + id, seconds, askedAt));
        }
    }

    private Optional<LockHandle> called(String id, DrawnTicket ticket, Duration patience)
            throws InterruptedException, NotYetCalledException {
        try {
            return Optional.of(call(id, ticket).get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException ex) {
            throw new NotYetCalledException(id);
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof LockTimeoutException) {
                return Optional.empty();
            }
            throw new IllegalStateException("the place of ticket " + id + " is lost", ex.getCause());
        }
    }

    /** An await that times out would give up the place, so there is one for all uses of the ticket. */
    private CompletableFuture<LockHandle> call(String id, DrawnTicket ticket) {
        synchronized (ticket) {
            CompletableFuture<LockHandle> call = ticket.call;
            if (call == null) {
                call = ticket.place.awaitAsync(LIFE);
                call.thenAccept(held -> releaseLater(id, ticket, held));
                ticket.call = call;
            }
            return call;
        }
    }

    /** A place that is still taken would keep a graceful shutdown waiting. */
    @PreDestroy
    void close() {
        for (DrawnTicket ticket : tickets.values()) {
            synchronized (ticket) {
                ticket.place.close();
                if (ticket.call != null) {
                    ticket.call.thenAccept(LockHandle::close);
                }
            }
        }
    }

    /** For a ticket that is called and not used any more. */
    private void releaseLater(String id, DrawnTicket ticket, LockHandle held) {
        CompletableFuture.delayedExecutor(LIFE.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (tickets.remove(id, ticket)) {
                        held.close();
                    }
                });
    }

    private static final class DrawnTicket {

        private final QueuedAcquisition place;

        private @Nullable CompletableFuture<LockHandle> call;

        private DrawnTicket(QueuedAcquisition place) {
            this.place = place;
        }
    }

    record Ticket(String id, QueuedAcquisition.State state) {}

    /** The ticket is still in the queue. */
    static final class NotYetCalledException extends Exception {

        private static final long serialVersionUID = 1L;

        NotYetCalledException(String id) {
            super("ticket " + id + " is still in the queue and keeps its place; use it again later");
        }
    }
}
