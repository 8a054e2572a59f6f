package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalStream;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.internal.loop.Durations;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A subscription from which the caller takes the signals. */
final class PulledSignalStream implements SignalStream {

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
        return Optional.ofNullable(sink.take());
    }

    @Override
    public Optional<Signal> poll(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(sink.poll(Durations.nanos(timeout)));
    }

    @Override
    public Iterator<Signal> iterator() {
        return new Taking();
    }

    @Override
    public Stream<Signal> stream() {
        Spliterator<Signal> taking =
                Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(taking, false).onClose(this::close);
    }

    @Override
    public void close() {
        subscription.end();
    }

    private final class Taking implements Iterator<Signal> {

        private @Nullable Signal next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = sink.take();
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                    CancellationException cancelled = new CancellationException(
                            "interrupted while waiting for a signal of '" + subscription.pattern() + "'");
                    cancelled.initCause(ex);
                    throw cancelled;
                }
            }
            return next != null;
        }

        @Override
        public Signal next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException("the subscription to '" + subscription.pattern() + "' was closed");
            }
            Signal taken = next;
            next = null;
            return taken;
        }
    }
}
