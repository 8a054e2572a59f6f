package io.dflockd.client.internal.nolock;

import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A place that is granted as soon as it is taken. */
final class UnlockedPlace implements QueuedAcquisition {

    private final LockHandle handle;
    private State state = State.ACQUIRED;

    UnlockedPlace(LockHandle handle) {
        this.handle = handle;
    }

    @Override
    public synchronized State state() {
        return state;
    }

    @Override
    public String key() {
        return handle.key();
    }

    @Override
    public synchronized LockHandle await(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        if (state != State.ACQUIRED) {
            throw new DflockdException("the place for '" + key() + "' is " + state + " and cannot be awaited again");
        }
        state = State.HANDED_OUT;
        return handle;
    }

    @Override
    public Optional<LockHandle> tryAwait(Duration timeout) {
        return Optional.of(await(timeout));
    }

    @Override
    public CompletableFuture<LockHandle> awaitAsync(Duration timeout) {
        return UnlockedClient.async(() -> await(timeout));
    }

    @Override
    public synchronized void close() {
        if (state == State.ACQUIRED) {
            state = State.ENDED;
        }
    }
}
