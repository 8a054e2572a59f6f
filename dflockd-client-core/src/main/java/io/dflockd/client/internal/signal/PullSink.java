package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.signal.SignalBuffer.Offer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps signals until somebody takes them. Events go to a lane that handles nothing else. */
final class PullSink implements Sink {

    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    private final SignalBuffer buffer;

    private final Owner owner;

    private final HandlerSink events;

    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private boolean ended;

    PullSink(SubscriptionOptions options, Owner owner, HandlerSink events) {
        this.buffer = new SignalBuffer(options.bufferSize(), options.overflow());
        this.owner = owner;
        this.events = events;
    }

    @Override
    public Offer offer(Signal signal) {
        lock.lock();
        try {
            return ended ? Offer.ONE_DROPPED : buffer.offer(signal);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void event(Event event) {
        events.event(event);
    }

    /** Takes the next signal, waiting for it; null if there will be none. */
    @Nullable
    Signal take() throws InterruptedException {
        Signal next;
        lock.lockInterruptibly();
        try {
            while (buffer.isEmpty() && !ended) {
                changed.await();
            }
            next = (Signal) buffer.poll(true);
        } finally {
            lock.unlock();
        }
        taken();
        return next;
    }

    /** Takes the next signal if it comes in time; null if not. */
    @Nullable
    Signal poll(long nanos) throws InterruptedException {
        Signal next;
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (buffer.isEmpty() && !ended && left > 0) {
                left = changed.awaitNanos(left);
            }
            next = (Signal) buffer.poll(true);
        } finally {
            lock.unlock();
        }
        taken();
        return next;
    }

    private void taken() {
        completeIfDrained();
        if (isIdle()) {
            owner.emptied();
        }
    }

    @Override
    public CompletableFuture<Void> end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        completeIfDrained();
        return drained;
    }

    @Override
    public int discard() {
        int dropped;
        lock.lock();
        try {
            ended = true;
            dropped = buffer.clearSignals();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        completeIfDrained();
        return dropped;
    }

    @Override
    public int clientClosed() {
        end();
        return 0;
    }

    @Override
    public int buffered() {
        lock.lock();
        try {
            return buffer.signals();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isIdle() {
        return buffered() == 0;
    }

    private void completeIfDrained() {
        boolean done;
        lock.lock();
        try {
            done = ended && buffer.isEmpty();
        } finally {
            lock.unlock();
        }
        if (done) {
            drained.complete(null);
        }
    }
}
