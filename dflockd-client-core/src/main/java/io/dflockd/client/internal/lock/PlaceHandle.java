package io.dflockd.client.internal.lock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** The user's view of a {@link QueuePlace}. Any thread may use it. */
final class PlaceHandle implements QueuedAcquisition {

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final QueuePlace place;
    private final ClientLoop loop;

    PlaceHandle(QueuePlace place) {
        this.place = place;
        this.loop = place.loop();
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
        Caller<LockHandle> caller =
                Caller.async(handle -> handle, () -> AbstractAcquirable.throwTimeout(place.spec(), timeout), loop);
        start(caller, timeout);
        caller.whenCompleted(() -> callerLeft(caller, false));
        return caller.future();
    }

    private <T> T block(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout)
            throws InterruptedException {
        AbstractAcquirable.checkBlocking(loop);
        Caller<T> caller = Caller.blocking(granted, busy);
        long limit = start(caller, timeout);
        // The place's own deadline comes first, so that it has ended when this returns.
        return caller.await(limit + GRACE_NANOS, busyUntilNow -> callerLeft(caller, busyUntilNow));
    }

    private long start(Caller<?> caller, Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        long nanos = Durations.nanos(timeout);
        if (!loop.execute(() -> place.await(caller, nanos))) {
            caller.failed(ClientLoop.closedException());
        }
        return place.awaitsNanos(nanos);
    }

    private void callerLeft(Caller<?> caller, boolean busy) {
        loop.run(() -> place.callerLeft(caller, busy));
    }

    @Override
    public void close() {
        loop.execute(place::closeByCaller);
    }

    @Override
    public String toString() {
        return "place in the queue of " + place.spec().target().describe() + ": " + state();
    }
}
