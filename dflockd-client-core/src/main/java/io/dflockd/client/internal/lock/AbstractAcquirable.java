package io.dflockd.client.internal.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.settings.ClientSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The methods of locks and semaphores. The blocking ones wait for the asynchronous ones. */
abstract class AbstractAcquirable<A extends Acquirable<A>> extends SpecifiedAcquirable<A> {

    private final Locks locks;
    private @Nullable ServerLocks server;

    AbstractAcquirable(Locks locks, LockSpec spec) {
        super(spec);
        this.locks = locks;
    }

    final Locks locks() {
        return locks;
    }

    // --- acquiring

    @Override
    public final LockHandle acquire() throws InterruptedException {
        Duration timeout = spec().acquireTimeout();
        return this.<LockHandle>block(handle -> handle, () -> throwTimeout(spec(), timeout), timeout);
    }

    @Override
    public final Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException {
        return this.<Optional<LockHandle>>block(Optional::of, Optional::empty, timeout);
    }

    @Override
    public final CompletableFuture<LockHandle> acquireAsync() {
        Duration timeout = spec().acquireTimeout();
        return this.<LockHandle>async(handle -> handle, () -> throwTimeout(spec(), timeout), timeout);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return this.<Optional<LockHandle>>async(Optional::of, Optional::empty, timeout);
    }

    /** As {@link #tryAcquire(Duration)}, but an interrupt has no effect; the flag is kept. */
    public final Optional<LockHandle> tryAcquireUninterruptibly(Duration timeout) {
        loop().requireOtherThread();
        loop().requireOpen();
        Caller<Optional<LockHandle>> caller = Caller.blocking(Optional::of, Optional::empty);
        Acquisition acquisition = acquisition(caller, timeout);
        acquisition.start();
        return caller.awaitUninterruptibly(acquisition.callerWaitsNanos(), acquisition);
    }

    private <T> T block(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout)
            throws InterruptedException {
        checkBlocking(loop());
        loop().requireOpen();
        Caller<T> caller = Caller.blocking(granted, busy);
        Acquisition acquisition = acquisition(caller, timeout);
        acquisition.start();
        return caller.await(acquisition.callerWaitsNanos(), acquisition);
    }

    private <T> CompletableFuture<T> async(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout) {
        if (loop().isClosed()) {
            return CompletableFuture.failedFuture(ClientLoop.closedException());
        }
        Caller<T> caller = Caller.async(granted, busy, loop());
        acquisition(caller, timeout).start();
        return caller.future();
    }

    private Acquisition acquisition(Caller<?> caller, Duration timeout) {
        long patience = Durations.nanos(timeout);
        if (patience > 0) {
            FieldRules.timeoutSeconds(timeout);
        }
        return new Acquisition(locks.register(), server(), spec(), caller, patience);
    }

    // --- queueing

    @Override
    public final QueuedAcquisition enqueue() throws InterruptedException {
        checkBlocking(loop());
        loop().requireOpen();
        QueuePlace place = place();
        ClientSettings settings = locks.register().settings();
        long limit = settings.connectTimeout.plus(settings.requestTimeout).toNanos();
        try {
            return new PlaceHandle(loop().await(
                            loop().call(place::join),
                            limit,
                            () -> new RequestTimeoutException(
                                    "server " + server().address() + " did not answer the enqueue of "
                                            + spec().target().describe())));
        } catch (InterruptedException | RuntimeException | Error ex) {
            loop().execute(place::closeByCaller);
            throw ex;
        }
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        if (loop().isClosed()) {
            return CompletableFuture.failedFuture(ClientLoop.closedException());
        }
        QueuePlace place = place();
        QueuedAcquisition handle = new PlaceHandle(place);
        CompletableFuture<QueuedAcquisition> result;
        try {
            result = loop().forCaller(loop().call(place::join).thenApply(joined -> handle));
        } catch (Throwable ex) {
            // The loop's thread could not be started. The request is queued all the same; this is queued behind it.
            loop().execute(place::closeByCaller);
            throw ex;
        }
        result.whenComplete((got, failure) -> {
            if (got != handle) {
                loop().execute(place::closeByCaller);
            }
        });
        return result;
    }

    private QueuePlace place() {
        return new QueuePlace(locks.register(), server(), spec());
    }

    // --- shared with places

    /** Before a blocking method: it must not run on the event loop, nor on a thread that is interrupted. */
    static void checkBlocking(ClientLoop loop) throws InterruptedException {
        loop.requireOtherThread();
        ClientLoop.requireNotInterrupted();
    }

    static <T> T throwTimeout(LockSpec spec, Duration timeout) {
        throw new LockTimeoutException(spec.target().describe()
                + (timeout.isZero()
                        ? " was busy, and a try does not wait"
                        : " was busy for the whole acquire timeout of " + timeout));
    }

    private ClientLoop loop() {
        return locks.register().loop();
    }

    private ServerLocks server() {
        ServerLocks known = server;
        if (known == null) {
            known = locks.serverOf(key());
            server = known;
        }
        return known;
    }
}
