package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Keeps signals until the caller takes them. The listener of the subscription is called elsewhere. */
final class PullSink extends Sink {

    private final Condition changed = lock.newCondition();
    private final HandlerSink events;

    /** A sink that hands its events to another one. */
    PullSink(SubscriptionOptions options, Owner owner, HandlerSink events) {
        super(options, owner);
        this.events = events;
    }

    @Override
    void wake() {
        locked(changed::signalAll);
    }

    @Override
    void event(Event event) {
        events.event(event);
    }

    /** Takes the next signal if it comes in time. Null if not, and if there will be none. */
    @Nullable
    Signal poll(long nanos) throws InterruptedException {
        Signal next;
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (buffer.isEmpty() && !hasEnded() && left > 0) {
                left = changed.awaitNanos(left);
            }
            next = (Signal) buffer.poll(true);
        } finally {
            lock.unlock();
        }
        completeIfDrained();
        if (isIdle()) {
            owner.emptied();
        }
        return next;
    }

    /** What has arrived stays for the caller. */
    @Override
    int clientClosed() {
        end();
        return 0;
    }

    @Override
    boolean isHandlingOnThisThread() {
        return events.isHandlingOnThisThread();
    }
}
