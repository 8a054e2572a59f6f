package io.dflockd.client.internal.lock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a caller gets of a {@link QueuePlace}. */
final class PlaceHandle implements QueuedAcquisition {

    private final QueuePlace place;

    PlaceHandle(QueuePlace place) {
        this.place = place;
    }

    @Override
    public State state() {
        return place.state();
    }

    @Override
    public String key() {
        return place.spec().target().key();
    }

    @Override
    public LockHandle await(Duration timeout) throws InterruptedException {
        return block(handle -> handle, () -> AbstractAcquirable.throwTimeout(place.spec(), timeout), timeout);
    }

    @Override
    public Optional<LockHandle> tryAwait(Duration timeout) throws InterruptedException {
        return this.<Optional<LockHandle>>block(Optional::of, Optional::empty, timeout);
    }

    @Override
    public CompletableFuture<LockHandle> awaitAsync(Duration timeout) {
        Caller<LockHandle> delivery = new Caller<>(
                handle -> handle,
                () -> AbstractAcquirable.throwTimeout(place.spec(), timeout),
                place.runtime()::callBack);
        start(delivery, timeout);
        delivery.whenCompleted(() -> place.runtime().later(() -> place.abandonIfAwaitedBy(delivery)));
        return delivery.future();
    }

    private <T> T block(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout)
            throws InterruptedException {
        Caller<T> delivery = new Caller<>(granted, busy, null);
        AbstractAcquirable.refuseInterrupted();
        start(delivery, timeout);
        return AbstractAcquirable.await(
                delivery, () -> place.runtime().later(() -> place.abandonIfAwaitedBy(delivery)));
    }

    private void start(Caller<?> delivery, Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        long nanos = AbstractAcquirable.nanos(timeout);
        if (!place.runtime().later(() -> place.await(delivery, nanos))) {
            delivery.failed(LockRegister.closedException());
        }
    }

    @Override
    public void close() {
        place.runtime().later(place::closeByCaller);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PlaceHandle handle && handle.place == place;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(place);
    }

    @Override
    public String toString() {
        return "place in the queue of " + place.spec().target().describe() + ": " + state();
    }
}
