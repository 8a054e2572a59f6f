package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SubscriptionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a handler for each signal: in order if one call at a time is allowed, and only as often as signals were requested.
 * It takes a thread only while there is something to handle, and gives it back after a while so that other subscriptions get
 * their turn. Any thread may offer and wake; handlers run on the threads of the {@link HandlerExecutor}. Whatever user code
 * throws is logged or reported, and the next signal is handled.
 */
final class HandlerSink extends Sink {

    private static final Logger logger = LoggerFactory.getLogger(HandlerSink.class);
    private static final int SIGNALS_PER_TURN = 64;
    private final SignalHandler handler;
    private final HandlerExecutor executor;
    private final @Nullable Runnable whenClientClosed;
    private final int concurrency;
    /** The threads that handle now. Guarded by the lock, like everything below. */
    private final List<Thread> handling = new ArrayList<>();

    private long requested;
    /** The turns that were handed to the executor and have not ended. */
    private int turns;

    private boolean rejected;
    private boolean retrying;
    /** The last event waits: it runs even if the executor refuses it. */
    private boolean lastEventWaits;

    /**
     * A sink for a handler.
     *
     * @param concurrency how many signals are handled at a time
     * @param requested how many signals are requested; {@link Long#MAX_VALUE} for all
     * @param whenClientClosed the last call when the client is closed
     */
    HandlerSink(
            SubscriptionOptions options,
            int concurrency,
            long requested,
            Owner owner,
            SignalHandler handler,
            HandlerExecutor executor,
            @Nullable Runnable whenClientClosed) {
        super(options, owner);
        this.concurrency = concurrency;
        this.requested = requested;
        this.handler = handler;
        this.executor = executor;
        this.whenClientClosed = whenClientClosed;
    }

    @Override
    boolean isHandling() {
        return turns > 0;
    }

    @Override
    void event(Event event) {
        locked(() -> buffer.addEvent(event));
        wake();
    }

    /** Requests more signals. */
    void request(long more) {
        locked(() -> requested = requested + more < 0 ? Long.MAX_VALUE : requested + more);
        wake();
    }

    @Override
    int clientClosed() {
        boolean open = locked(() -> !hasEnded());
        int dropped = discard();
        if (open && whenClientClosed != null) {
            locked(() -> {
                lastEventWaits = true;
                retrying = false;
            });
            event(new Event(whenClientClosed));
        }
        return dropped;
    }

    @Override
    boolean isHandlingOnThisThread() {
        return locked(() -> handling.contains(Thread.currentThread()));
    }

    @Override
    void wake() {
        lock.lock();
        try {
            if (retrying || turns == concurrency || !buffer.hasNext(requested > 0)) {
                return;
            }
            turns++;
        } finally {
            lock.unlock();
        }
        Turn turn = new Turn();
        executor.submit(turn, cause -> {
            if (turn.revoke()) {
                rejected(cause);
            }
        });
    }

    /** The executor did not take a turn. On a thread for signals. */
    private void rejected(Throwable cause) {
        boolean last;
        boolean first = false;
        boolean pointless = false;
        lock.lock();
        try {
            last = lastEventWaits;
            lastEventWaits = false;
            if (!last) {
                first = !rejected && turns == 1;
                rejected |= first;
                pointless = hasEnded() && buffer.signals() == 0;
                turns--;
                retrying = !pointless;
            }
        } finally {
            lock.unlock();
        }
        if (first && !pointless) {
            logger.warn("The executor of a signal subscription refuses work; signals wait in its buffer", cause);
        }
        if (last) {
            // An application's executor is often shut down before its client is closed.
            executor.clients().execute(new Turn());
        } else if (pointless) {
            completeIfDrained();
        } else if (!executor.later().test(this::retry)) {
            logger.debug("A signal subscription of a closed client ends: its executor refuses work");
        }
    }

    private void retry() {
        locked(() -> retrying = false);
        wake();
    }

    /**
     * One run of this sink on a thread of the executor. It runs once or, after an executor failed that may have queued it all
     * the same, never.
     */
    private final class Turn implements Runnable {

        private final AtomicBoolean begunOrRevoked = new AtomicBoolean();
        /** The thread that is handing over this turn. If the executor runs it in place, that thread goes on by itself. */
        private @Nullable Thread handingOver;

        private boolean inPlace;

        boolean revoke() {
            return begunOrRevoked.compareAndSet(false, true);
        }

        @Override
        public void run() {
            if (handingOver == Thread.currentThread()) {
                inPlace = true;
            } else if (begunOrRevoked.compareAndSet(false, true)) {
                handleUntilIdle();
            }
        }

        private void handleUntilIdle() {
            locked(() -> handling.add(Thread.currentThread()));
            do {
                for (int i = 0; i < SIGNALS_PER_TURN; i++) {
                    Object next = next();
                    if (next == null) {
                        return;
                    }
                    handle(next);
                    clearInterrupt();
                }
            } while (!handOver());
        }

        /** Lets other work of the executor run before the next signal. False if this thread must go on. */
        private boolean handOver() {
            // Before the hand-over: the next turn may run on this thread as soon as it is free.
            locked(() -> handling.remove(Thread.currentThread()));
            Turn next = new Turn();
            next.handingOver = Thread.currentThread();
            try {
                executor.resubmit(next);
                if (!next.inPlace) {
                    return true;
                }
            } catch (Throwable ex) {
                if (!next.inPlace && !next.revoke()) {
                    return true;
                }
                logger.debug("A signal subscription keeps its thread: its executor refuses work", ex);
            } finally {
                // The executor may still run it on this thread, after this turn.
                next.handingOver = null;
            }
            locked(() -> handling.add(Thread.currentThread()));
            return false;
        }
    }

    /** Takes the next item. If there is none, this turn is over. */
    private @Nullable Object next() {
        boolean idle = false;
        boolean more = false;
        Object next;
        lock.lock();
        try {
            next = buffer.poll(requested > 0);
            if (next != null) {
                rejected = false;
                if (next instanceof Signal && requested != Long.MAX_VALUE) {
                    requested--;
                }
                more = turns < concurrency && buffer.hasNext(requested > 0);
            } else {
                turns--;
                handling.remove(Thread.currentThread());
                idle = turns == 0 && buffer.isEmpty();
            }
        } finally {
            lock.unlock();
        }
        if (more) {
            // Signals that were read together came with one wake-up.
            wake();
        }
        if (idle) {
            completeIfDrained();
            owner.emptied();
        }
        return next;
    }

    private void handle(Object next) {
        try {
            if (next instanceof Signal signal) {
                handle(signal);
            } else {
                ((Event) next).call().run();
            }
        } catch (Throwable ex) {
            logger.warn("A listener of a signal subscription failed", ex);
        }
    }

    private void handle(Signal signal) {
        try {
            handler.handle(signal);
        } catch (Throwable ex) {
            owner.handlerFailed(signal, ex);
        }
    }

    /** An interrupt that is left over from one handler must not reach the next. */
    private static void clearInterrupt() {
        if (Thread.interrupted()) {
            logger.debug("A signal handler left its thread interrupted");
        }
    }
}
