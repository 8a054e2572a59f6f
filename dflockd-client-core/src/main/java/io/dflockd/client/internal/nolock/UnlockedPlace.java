package io.dflockd.client.internal.nolock;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A place that is granted as soon as it is taken. */
final class UnlockedPlace implements QueuedAcquisition {

    private final UnlockedClient client;
    private final Target target;
    private final LockHandle handle;
    private State state = State.ACQUIRED;

    UnlockedPlace(UnlockedClient client, Target target, LockHandle handle) {
        this.client = client;
        this.target = target;
        this.handle = handle;
    }

    @Override
    public synchronized State state() {
        return state == State.ACQUIRED && !handle.isHeld() ? State.ENDED : state;
    }

    @Override
    public String key() {
        return target.key();
    }

    private LockHandle take(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        client.requireOpen();
        return handOut();
    }

    private synchronized LockHandle handOut() {
        if (state == State.HANDED_OUT) {
            throw new DflockdException(what() + " was handed out already; use the handle it gave");
        }
        if (state == State.ENDED) {
            throw new ClientClosedException(what() + " was closed by its owner");
        }
        state = State.HANDED_OUT;
        return handle;
    }

    private String what() {
        return "the place in the queue of " + target.describe();
    }

    @Override
    public LockHandle await(Duration timeout) throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return take(timeout);
    }

    @Override
    public Optional<LockHandle> tryAwait(Duration timeout) throws InterruptedException {
        return Optional.of(await(timeout));
    }

    @Override
    public CompletableFuture<LockHandle> awaitAsync(Duration timeout) {
        return UnlockedClient.async(() -> take(timeout));
    }

    @Override
    public void close() {
        synchronized (this) {
            if (state != State.ACQUIRED) {
                return;
            }
            state = State.ENDED;
        }
        handle.close();
    }
}
