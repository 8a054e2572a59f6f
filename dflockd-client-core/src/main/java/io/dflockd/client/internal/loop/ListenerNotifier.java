package io.dflockd.client.internal.loop;

import io.dflockd.client.DflockdClientListener;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the client's listeners what happened: in order, one event after the other, off the event loop. Costs nothing where
 * there is no listener. Any thread may tell.
 */
public final class ListenerNotifier implements Consumer<Consumer<DflockdClientListener>> {

    private static final Logger logger = LoggerFactory.getLogger(ListenerNotifier.class);

    private static final int MAX_BACKLOG = 100_000;

    private final List<DflockdClientListener> listeners;

    private final Executor executor;

    private final ConcurrentLinkedQueue<Consumer<DflockdClientListener>> backlog = new ConcurrentLinkedQueue<>();

    private final AtomicInteger size = new AtomicInteger();

    private final AtomicBoolean running = new AtomicBoolean();

    private final AtomicLong dropped = new AtomicLong();

    /** A lane to these listeners. */
    public ListenerNotifier(List<DflockdClientListener> listeners, Executor executor) {
        this.listeners = listeners;
        this.executor = executor;
    }

    /** Whether anybody listens. */
    public boolean isUsed() {
        return !listeners.isEmpty();
    }

    @Override
    public void accept(Consumer<DflockdClientListener> event) {
        if (listeners.isEmpty()) {
            return;
        }
        if (size.incrementAndGet() > MAX_BACKLOG) {
            size.decrementAndGet();
            if (dropped.getAndIncrement() == 0) {
                logger.warn("A dflockd client listener is too slow: events are being dropped");
            }
            return;
        }
        backlog.add(event);
        run();
    }

    private void run() {
        if (running.compareAndSet(false, true)) {
            try {
                executor.execute(this::drain);
            } catch (RejectedExecutionException ex) {
                logger.debug("An event of a closed client was not told");
            }
        }
    }

    private void drain() {
        do {
            tellAll();
            running.set(false);
            // Not by a task of its own, which an executor that is being shut down would refuse.
        } while (!backlog.isEmpty() && running.compareAndSet(false, true));
    }

    private void tellAll() {
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
