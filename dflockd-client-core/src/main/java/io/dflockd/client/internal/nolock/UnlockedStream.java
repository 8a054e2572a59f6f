package io.dflockd.client.internal.nolock;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.signal.AbstractSignalStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A stream without signals: takers wait for its end. */
final class UnlockedStream extends AbstractSignalStream {

    private final UnlockedSubscription subscription;

    UnlockedStream(UnlockedSubscription subscription) {
        this.subscription = subscription;
    }

    @Override
    public SignalSubscription subscription() {
        return subscription;
    }

    @Override
    public Optional<Signal> take() throws InterruptedException {
        return poll(Duration.ofNanos(Long.MAX_VALUE));
    }

    @Override
    public Optional<Signal> poll(Duration timeout) throws InterruptedException {
        try {
            subscription.ended().get(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException ex) {
            return Optional.empty();
        } catch (ExecutionException ex) {
            throw new IllegalStateException("an end never fails", ex);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        subscription.end();
    }
}
