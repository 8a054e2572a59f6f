package io.dflockd.client.internal.nolock;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A stream without signals: takers wait for its end. */
record UnlockedStream(UnlockedSubscription subscription) implements SignalStream {

    private static final long LONGEST_SECONDS = TimeUnit.DAYS.toSeconds(10_000);

    @Override
    public Optional<Signal> take() throws InterruptedException {
        return poll(Duration.ofSeconds(LONGEST_SECONDS));
    }

    @Override
    public Optional<Signal> poll(Duration timeout) throws InterruptedException {
        Duration bounded = timeout.getSeconds() > LONGEST_SECONDS ? Duration.ofSeconds(LONGEST_SECONDS) : timeout;
        try {
            subscription.ended().get(Math.max(0, bounded.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException ex) {
            return Optional.empty();
        } catch (ExecutionException ex) {
            throw new IllegalStateException("an end never fails", ex);
        }
        return Optional.empty();
    }

    @Override
    public Iterator<Signal> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                awaitEnd();
                return false;
            }

            @Override
            public Signal next() {
                awaitEnd();
                throw new NoSuchElementException("the subscription to '" + subscription.pattern() + "' was closed");
            }
        };
    }

    private void awaitEnd() {
        try {
            take();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException(
                    "interrupted while waiting for a signal of '" + subscription.pattern() + "'");
            cancelled.initCause(ex);
            throw cancelled;
        }
    }

    @Override
    public Stream<Signal> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED), false)
                .onClose(this::close);
    }

    @Override
    public void close() {
        subscription.end();
    }
}
