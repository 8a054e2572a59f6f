package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** Keeps signals until the caller takes them. The listener of the subscription is called elsewhere. */
final class PullSink extends AbstractSink {

    private final Condition changed = lock.newCondition();
    private final SinkOwner owner;
    private final HandlerSink events;

    /** A sink that hands its events to another one. */
    PullSink(SubscriptionOptions options, SinkOwner owner, HandlerSink events) {
        super(options);
        this.owner = owner;
        this.events = events;
    }

    @Override
    boolean isHandling() {
        return false;
    }

    @Override
    void whenEnded() {
        changed.signalAll();
    }

    @Override
    public void wake() {
        locked(changed::signalAll);
    }

    @Override
    public void event(SubscriptionEvent event) {
        events.event(event);
    }

    /** Takes the next signal and waits for it. Null if there will be none. */
    @Nullable
    Signal take() throws InterruptedException {
        return take(Long.MAX_VALUE);
    }

    /** Takes the next signal if it comes in time. Null if not. */
    @Nullable
    Signal poll(long nanos) throws InterruptedException {
        return take(Math.min(nanos, Long.MAX_VALUE - 1));
    }

    private @Nullable Signal take(long nanos) throws InterruptedException {
        Signal next;
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (buffer.isEmpty() && !hasEnded() && left > 0) {
                left = await(left);
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

    private long await(long left) throws InterruptedException {
        if (left == Long.MAX_VALUE) {
            changed.await();
            return left;
        }
        return changed.awaitNanos(left);
    }

    /** What has arrived stays for the caller. */
    @Override
    public int clientClosed() {
        end();
        return 0;
    }

    @Override
    public boolean isHandlingOnThisThread() {
        return events.isHandlingOnThisThread();
    }
}
