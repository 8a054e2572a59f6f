package io.dflockd.spring.lock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** A place at the head of a queue that does not exist. */
final class UnlockedPlace implements QueuedAcquisition {

    private final String key;

    private final AtomicReference<State> state = new AtomicReference<>(State.ACQUIRED);

    UnlockedPlace(String key) {
        this.key = key;
    }

    @Override
    @SuppressWarnings("NullAway") // never set to null
    public State state() {
        return state.get();
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public LockHandle await(Duration timeout) {
        if (!state.compareAndSet(State.ACQUIRED, State.HANDED_OUT)) {
            throw new DflockdException(
                    "the place for '" + key + "' is " + state.get() + " and cannot be awaited again");
        }
        return new UnlockedHandle(key);
    }

    @Override
    public Optional<LockHandle> tryAwait(Duration timeout) {
        return Optional.of(await(timeout));
    }

    @Override
    public CompletableFuture<LockHandle> awaitAsync(Duration timeout) {
        try {
            return CompletableFuture.completedFuture(await(timeout));
        } catch (DflockdException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public void close() {
        state.compareAndSet(State.ACQUIRED, State.ENDED);
    }
}
