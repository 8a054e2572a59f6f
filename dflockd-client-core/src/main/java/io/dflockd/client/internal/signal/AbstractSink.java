package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A sink with a buffer. It ends once, and is drained when it has ended and everything in it has been handled. */
abstract class AbstractSink implements Sink {

    /** Guards the buffer and the state of subclasses. */
    final ReentrantLock lock = new ReentrantLock();

    final SignalBuffer buffer;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean ended;

    AbstractSink(SubscriptionOptions options) {
        this.buffer = new SignalBuffer(options);
    }

    /** Whether a signal that was taken from the buffer is still being handled. Called under the lock. */
    abstract boolean isHandling();

    /** The sink has ended. Called under the lock. */
    void whenEnded() {}

    final void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }

    final <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    /** Whether no more signals are taken. Called under the lock. */
    final boolean hasEnded() {
        return ended;
    }

    @Override
    public final int offer(Signal signal) {
        lock.lock();
        try {
            return ended ? 1 : buffer.offer(signal);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public final CompletableFuture<Void> end() {
        end(false);
        return drained;
    }

    @Override
    public int discard() {
        return end(true);
    }

    private int end(boolean discard) {
        int dropped;
        lock.lock();
        try {
            ended = true;
            dropped = discard ? buffer.clearSignals() : 0;
            whenEnded();
        } finally {
            lock.unlock();
        }
        completeIfDrained();
        return dropped;
    }

    final void completeIfDrained() {
        if (locked(() -> ended && buffer.signals() == 0 && !isHandling())) {
            drained.complete(null);
        }
    }

    @Override
    public final int buffered() {
        return locked(buffer::signals);
    }

    @Override
    public final boolean isIdle() {
        return locked(() -> buffer.isEmpty() && !isHandling());
    }
}
