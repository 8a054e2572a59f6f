package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.internal.loop.Durations;
import java.time.Duration;
import java.util.Optional;

/** A subscription from which the caller takes the signals. */
final class PulledSignalStream extends AbstractSignalStream {

    private final Subscription subscription;
    private final PullSink sink;

    PulledSignalStream(Subscription subscription) {
        this.subscription = subscription;
        this.sink = (PullSink) subscription.sink();
    }

    @Override
    public SignalSubscription subscription() {
        return subscription;
    }

    @Override
    public Optional<Signal> take() throws InterruptedException {
        subscription.requireOtherThread();
        return Optional.ofNullable(sink.take());
    }

    @Override
    public Optional<Signal> poll(Duration timeout) throws InterruptedException {
        subscription.requireOtherThread();
        return Optional.ofNullable(sink.poll(Durations.nanos(timeout)));
    }

    @Override
    public void close() {
        subscription.end();
    }
}
