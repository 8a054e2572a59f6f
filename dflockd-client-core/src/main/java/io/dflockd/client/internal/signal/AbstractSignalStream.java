package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;
import io.dflockd.client.SignalStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Iterates over what {@link #take} gives. */
public abstract class AbstractSignalStream implements SignalStream {

    @Override
    public final Iterator<Signal> iterator() {
        return new Taking();
    }

    @Override
    public final Stream<Signal> stream() {
        Spliterator<Signal> taking =
                Spliterators.spliteratorUnknownSize(iterator(), Spliterator.ORDERED | Spliterator.NONNULL);
        return StreamSupport.stream(taking, false).onClose(this::close);
    }

    private final class Taking implements Iterator<Signal> {

        private @Nullable Signal next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = take().orElse(null);
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                    CancellationException cancelled =
                            new CancellationException("interrupted while waiting for a signal of '"
                                    + subscription().pattern() + "'");
                    cancelled.initCause(ex);
                    throw cancelled;
                }
            }
            return next != null;
        }

        @Override
        public Signal next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException(
                        "the subscription to '" + subscription().pattern() + "' was closed");
            }
            Signal taken = next;
            next = null;
            return taken;
        }
    }
}
