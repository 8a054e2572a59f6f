package io.dflockd.client.internal.loop;

import io.dflockd.client.DflockdClientListener;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the client's listeners about events: in order, one event after the other, never on the event loop. Costs nothing if
 * there is no listener. Any thread may report an event. At most {@value #MAX_BACKLOG} events wait; later ones are dropped.
 */
public final class ListenerNotifier implements Consumer<Consumer<DflockdClientListener>> {

    private static final Logger logger = LoggerFactory.getLogger(ListenerNotifier.class);
    private static final int MAX_BACKLOG = 100_000;
    private static final int MAX_PENDING_LINES = 1_000;

    private final List<DflockdClientListener> listeners;
    private final boolean routine;
    private final Executor executor;
    private final ConcurrentLinkedQueue<Consumer<DflockdClientListener>> backlog = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicInteger pendingLines = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    ListenerNotifier(List<DflockdClientListener> listeners, Executor executor) {
        this.listeners = listeners;
        this.routine = listeners.stream().anyMatch(DflockdClientListener::wantsRoutineEvents);
        this.executor = executor;
    }

    public boolean isUsed() {
        return !listeners.isEmpty();
    }

    /** Whether a listener wants the events of operations that went well. */
    public boolean wantsRoutineEvents() {
        return routine;
    }

    @Override
    public void accept(Consumer<DflockdClientListener> event) {
        if (listeners.isEmpty()) {
            return;
        }
        if (size.incrementAndGet() > MAX_BACKLOG) {
            size.decrementAndGet();
            if (dropped.getAndIncrement() == 0) {
                log(() -> logger.warn("A dflockd client listener is too slow: events are being dropped"));
            }
            return;
        }
        backlog.add(event);
        run();
    }

    /** Writes a log line on the listeners' thread, because an appender may block. Drops it if too many wait. */
    void log(Runnable line) {
        if (pendingLines.incrementAndGet() > MAX_PENDING_LINES) {
            pendingLines.decrementAndGet();
            return;
        }
        executor.execute(() -> {
            pendingLines.decrementAndGet();
            line.run();
        });
    }

    private void run() {
        if (running.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            try {
                deliverBacklog();
            } finally {
                running.set(false);
            }
            // In this task: an executor that is being shut down would reject another one.
        } while (!backlog.isEmpty() && running.compareAndSet(false, true));
    }

    private void deliverBacklog() {
        Consumer<DflockdClientListener> event;
        while ((event = backlog.poll()) != null) {
            size.decrementAndGet();
            for (DflockdClientListener listener : listeners) {
                try {
                    event.accept(listener);
                } catch (Throwable ex) {
                    logger.warn("A dflockd client listener failed", ex);
                }
            }
        }
        long missed = dropped.getAndSet(0);
        if (missed > 0) {
            logger.warn("{} events of a dflockd client were dropped because a listener was too slow", missed);
        }
    }
}
