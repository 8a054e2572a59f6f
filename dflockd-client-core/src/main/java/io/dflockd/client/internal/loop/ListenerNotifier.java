package io.dflockd.client.internal.loop;

import io.dflockd.client.DflockdClientListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the client's listeners about events, and writes the log lines of the loop: in order, one after the other, never on the
 * event loop. A line goes before the events that wait, so that a slow listener does not hold up the log. Costs nothing if there
 * is neither a listener nor a line. Any thread may report an event. At most {@value #MAX_BACKLOG} events wait; later ones are
 * dropped, and so are those that still wait when the client has been closed for a while: a slow listener would otherwise keep
 * its thread until it has been told all of them.
 */
public final class ListenerNotifier implements Consumer<Consumer<DflockdClientListener>> {

    static final int PATIENCE_AFTER_CLOSE_SECONDS = 5;

    private static final Logger logger = LoggerFactory.getLogger(ListenerNotifier.class);
    private static final int MAX_BACKLOG = 100_000;
    private static final int MAX_PENDING_LINES = 1_000;

    private final List<DflockdClientListener> listeners;
    private final boolean routine;
    private final Executor executor;
    private final LongSupplier ticker;
    private final Queue<Consumer<DflockdClientListener>> backlog = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> lines = new LinkedBlockingQueue<>(MAX_PENDING_LINES);
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicLong dropped = new AtomicLong();
    /** When events are dropped; null while the client is open. */
    private volatile @Nullable Long end;

    ListenerNotifier(List<DflockdClientListener> listeners, Executor executor, LongSupplier ticker) {
        this.listeners = listeners;
        this.routine = listeners.stream().anyMatch(DflockdClientListener::wantsRoutineEvents);
        this.executor = executor;
        this.ticker = ticker;
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
        if (lines.offer(line)) {
            run();
        }
    }

    /** The client has been closed. Waiting events are delivered for {@value #PATIENCE_AFTER_CLOSE_SECONDS} s and then dropped. */
    public void close() {
        end = ticker.getAsLong() + TimeUnit.SECONDS.toNanos(PATIENCE_AFTER_CLOSE_SECONDS);
    }

    private void run() {
        if (running.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
    }

    private void drain() {
        do {
            try {
                deliver();
            } finally {
                running.set(false);
            }
            // In this task: an executor that is being shut down would reject another one.
        } while (!(lines.isEmpty() && backlog.isEmpty()) && running.compareAndSet(false, true));
    }

    private void deliver() {
        boolean more;
        do {
            writeLines();
            more = tellNext();
        } while (more);
        long missed = dropped.getAndSet(0);
        if (missed > 0) {
            logger.warn("{} events of a dflockd client were dropped because a listener was too slow", missed);
        }
    }

    private void writeLines() {
        Runnable line;
        while ((line = lines.poll()) != null) {
            try {
                line.run();
            } catch (Throwable ex) {
                logger.warn("A log line of a dflockd client failed", ex);
            }
        }
    }

    /** Tells one event, or drops it if it is too late. False if there is none. */
    private boolean tellNext() {
        Consumer<DflockdClientListener> event = backlog.poll();
        if (event == null) {
            return false;
        }
        size.decrementAndGet();
        if (isOver()) {
            dropped.incrementAndGet();
            return true;
        }
        for (DflockdClientListener listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable ex) {
                logger.warn("A dflockd client listener failed", ex);
            }
        }
        return true;
    }

    private boolean isOver() {
        Long limit = end;
        return limit != null && ticker.getAsLong() - limit >= 0;
    }
}
