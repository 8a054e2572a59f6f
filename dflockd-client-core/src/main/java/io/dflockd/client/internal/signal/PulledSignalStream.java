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
public final class PulledSignalStream implements SignalStream {

    /** Where the signals come from. Any thread may call it. */
    @FunctionalInterface
    public interface Source {

        /** Takes the next signal if it comes in time. Null if not, and if there will be none. */
        @Nullable
        Signal poll(long nanos) throws InterruptedException;
    }

    private final SignalSubscription subscription;
    private final Source source;
    private final Runnable end;

    /** A stream of a subscription. The task {@code end} stops listening and leaves what has arrived in the source. */
    public PulledSignalStream(SignalSubscription subscription, Source source, Runnable end) {
        this.subscription = subscription;
        this.source = source;
        this.end = end;
    }

    @Override
    public SignalSubscription subscription() {
        return subscription;
    }

    @Override
    public Optional<Signal> take() throws InterruptedException {
        return Optional.ofNullable(source.poll(Long.MAX_VALUE));
    }

    @Override
    public Optional<Signal> poll(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(source.poll(Durations.nanos(timeout)));
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
        end.run();
    }

    private final class Taking implements Iterator<Signal> {

        private @Nullable Signal next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = source.poll(Long.MAX_VALUE);
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
