package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.signal.SignalBuffer.Offer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands signals to a handler on an executor: in order where one at a time is allowed, and only as many as were asked for
 * where there is a demand. Takes a thread only while there is something to do, and gives it back after a while so that
 * other lanes get their turn. Any thread offers and wakes; the executor's threads handle. What users' code throws here, also
 * what it could not have declared, is logged or told, and the lane goes on.
 */
final class HandlerSink implements Sink, Runnable {

    private static final Logger logger = LoggerFactory.getLogger(HandlerSink.class);

    private static final int TURN = 64;

    private final Object lock = new Object();

    private final SignalBuffer buffer;

    private final Owner owner;

    private final SignalHandler handler;

    private final Executor executor;

    private final Retries retries;

    private final @Nullable Runnable farewell;

    private final int concurrency;

    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private long demand;

    private int running;

    private boolean ended;

    private boolean rejected;

    private boolean retrying;

    /** From then on a refusing executor is no reason not to say farewell. */
    private boolean leaving;

    /** Runs something a little later, on any thread. */
    interface Retries {

        void later(Runnable task);
    }

    /**
     * A lane.
     *
     * @param concurrency how many signals are handled at a time
     * @param demand how many signals are asked for; {@link Long#MAX_VALUE} for all
     * @param farewell what is run last when the client is closed
     */
    HandlerSink(
            SubscriptionOptions options,
            int concurrency,
            long demand,
            Owner owner,
            SignalHandler handler,
            Executor executor,
            Retries retries,
            @Nullable Runnable farewell) {
        this.buffer = new SignalBuffer(options.bufferSize(), options.overflow());
        this.concurrency = concurrency;
        this.demand = demand;
        this.owner = owner;
        this.handler = handler;
        this.executor = executor;
        this.retries = retries;
        this.farewell = farewell;
    }

    @Override
    public Offer offer(Signal signal) {
        synchronized (lock) {
            return ended ? Offer.ONE_DROPPED : buffer.offer(signal);
        }
    }

    @Override
    public void event(Event event) {
        synchronized (lock) {
            buffer.addEvent(event);
        }
        wake();
    }

    /** Allows more signals. */
    void demand(long more) {
        synchronized (lock) {
            demand = demand + more < 0 ? Long.MAX_VALUE : demand + more;
        }
        wake();
    }

    @Override
    public CompletableFuture<Void> end() {
        synchronized (lock) {
            ended = true;
        }
        completeIfDrained();
        return drained;
    }

    @Override
    public int discard() {
        int dropped;
        synchronized (lock) {
            ended = true;
            dropped = buffer.clearSignals();
        }
        completeIfDrained();
        wake();
        return dropped;
    }

    @Override
    public int clientClosed() {
        boolean open;
        synchronized (lock) {
            open = !ended;
        }
        int dropped = discard();
        if (open && farewell != null) {
            synchronized (lock) {
                leaving = true;
                retrying = false;
            }
            event(Event.certain(farewell));
        }
        return dropped;
    }

    @Override
    public int buffered() {
        synchronized (lock) {
            return buffer.signals();
        }
    }

    @Override
    public boolean isIdle() {
        synchronized (lock) {
            return running == 0 && buffer.isEmpty();
        }
    }

    private void completeIfDrained() {
        boolean done;
        synchronized (lock) {
            done = ended && running == 0 && buffer.signals() == 0;
        }
        if (done) {
            drained.complete(null);
        }
    }

    @Override
    public void wake() {
        synchronized (lock) {
            if (retrying || running == concurrency || !buffer.hasNext(demand > 0)) {
                return;
            }
            running++;
        }
        try {
            executor.execute(this);
        } catch (Throwable ex) {
            refused(ex);
        }
    }

    private void refused(Throwable cause) {
        boolean last;
        boolean first;
        boolean pointless;
        synchronized (lock) {
            last = leaving;
            leaving = false;
        }
        if (last) {
            // An application's executor is often shut down before its client is closed.
            ClientThreads.afterClose(this);
            return;
        }
        synchronized (lock) {
            running--;
            first = !rejected && running == 0;
            rejected |= first;
            pointless = ended && buffer.signals() == 0;
            retrying = !pointless;
        }
        if (pointless) {
            completeIfDrained();
            return;
        }
        if (first) {
            logger.warn("The executor of a signal subscription refuses work; signals wait in its buffer", cause);
        }
        retries.later(this::retry);
    }

    private void retry() {
        synchronized (lock) {
            retrying = false;
        }
        wake();
    }

    @Override
    public void run() {
        while (true) {
            for (int i = 0; i < TURN; i++) {
                Object next = next();
                if (next == null) {
                    return;
                }
                handle(next);
                forgetInterrupt();
            }
            try {
                executor.execute(this);
                return;
            } catch (Throwable ex) {
                logger.debug("A signal subscription keeps its thread: its executor refuses work");
            }
        }
    }

    /** Takes the next; where there is none, this run is over. */
    private @Nullable Object next() {
        boolean idle = false;
        boolean more = false;
        Object next;
        synchronized (lock) {
            next = buffer.poll(demand > 0);
            if (next != null) {
                rejected = false;
                if (next instanceof Signal && demand != Long.MAX_VALUE) {
                    demand--;
                }
                more = running < concurrency && buffer.hasNext(demand > 0);
            } else {
                running--;
                idle = running == 0 && buffer.isEmpty();
            }
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
        if (next instanceof Signal signal) {
            try {
                handler.handle(signal);
            } catch (Throwable ex) {
                failed(signal, ex);
            }
        } else {
            try {
                ((Event) next).telling().run();
            } catch (Throwable ex) {
                logger.warn("A listener of a signal subscription failed", ex);
            }
        }
    }

    /** An interrupt that one handler left behind must not strike the next. */
    private static void forgetInterrupt() {
        if (Thread.interrupted()) {
            logger.debug("A signal handler left its thread interrupted");
        }
    }

    private void failed(Signal signal, Throwable cause) {
        try {
            owner.handlerFailed(signal, cause);
        } catch (Throwable ex) {
            logger.warn("A failed signal handler could not be reported", ex);
        }
    }
}
