package io.dflockd.client.internal.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The verbs of locks and semaphores. The blocking ones are the asynchronous ones, awaited. */
abstract class AbstractAcquirable<A extends Acquirable<A>> implements Acquirable<A> {

    /** Longer is no different, and sums of nanoseconds must not overflow. */
    private static final long LONGEST_PATIENCE_SECONDS = TimeUnit.DAYS.toSeconds(10_000);

    private final LockRegister runtime;

    private final LockSpec spec;

    private @Nullable ServerLocks server;

    AbstractAcquirable(LockRegister runtime, LockSpec spec) {
        this.runtime = runtime;
        this.spec = spec;
    }

    final LockRegister runtime() {
        return runtime;
    }

    final LockSpec spec() {
        return spec;
    }

    @Override
    public final String key() {
        return spec.target().key();
    }

    @Override
    public final @Nullable String name() {
        return spec.name();
    }

    /** A copy with these options. */
    abstract A with(LockSpec changed);

    @Override
    public final A withLease(Duration lease) {
        return with(spec.withLeaseSeconds(FieldRules.leaseSeconds(lease)));
    }

    @Override
    public final A withAcquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        return with(spec.withAcquireTimeout(timeout));
    }

    @Override
    public final A withRenewRatio(double ratio) {
        return with(spec.withRenewRatio(FieldRules.renewRatio(ratio)));
    }

    @Override
    public final A withoutRenewal() {
        return with(spec.withoutRenewal());
    }

    @Override
    public final A withName(String name) {
        return with(spec.withName(name));
    }

    @Override
    public final LockHandle acquire() throws InterruptedException {
        Duration timeout = spec.acquireTimeout();
        return this.<LockHandle>block(handle -> handle, () -> throwTimeout(spec, timeout), timeout);
    }

    @Override
    public final Optional<LockHandle> tryAcquire() throws InterruptedException {
        return tryAcquire(Duration.ZERO);
    }

    @Override
    public final Optional<LockHandle> tryAcquire(Duration timeout) throws InterruptedException {
        return this.<Optional<LockHandle>>block(Optional::of, Optional::empty, timeout);
    }

    @Override
    public final CompletableFuture<LockHandle> acquireAsync() {
        Duration timeout = spec.acquireTimeout();
        return this.<LockHandle>async(handle -> handle, () -> throwTimeout(spec, timeout), timeout);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync() {
        return tryAcquireAsync(Duration.ZERO);
    }

    @Override
    public final CompletableFuture<Optional<LockHandle>> tryAcquireAsync(Duration timeout) {
        return this.<Optional<LockHandle>>async(Optional::of, Optional::empty, timeout);
    }

    @Override
    public final QueuedAcquisition enqueue() throws InterruptedException {
        refuseInterrupted();
        CompletableFuture<QueuePlace> ready = new CompletableFuture<>();
        QueuePlace place = startPlace(ready);
        try {
            LockRegister.Options options = runtime.options();
            return new PlaceHandle(ready.get(
                    options.connectTimeout().plus(options.requestTimeout()).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException ex) {
            runtime.later(place::closeByCaller);
            throw ex;
        } catch (ExecutionException ex) {
            throw unwrap(ex);
        } catch (TimeoutException ex) {
            runtime.later(place::closeByCaller);
            throw new io.dflockd.client.RequestTimeoutException("server " + server().address()
                    + " did not answer the enqueue of " + spec.target().describe());
        }
    }

    @Override
    public final CompletableFuture<QueuedAcquisition> enqueueAsync() {
        CompletableFuture<QueuePlace> ready = new CompletableFuture<>();
        QueuePlace place;
        try {
            place = startPlace(ready);
        } catch (ClientClosedException ex) {
            return CompletableFuture.failedFuture(ex);
        }
        CompletableFuture<QueuedAcquisition> result = new CompletableFuture<>();
        ready.whenCompleteAsync(
                (queued, failure) -> {
                    if (failure != null) {
                        result.completeExceptionally(failure);
                    } else if (!result.complete(new PlaceHandle(queued))) {
                        runtime.later(place::closeByCaller);
                    }
                },
                runtime.callbacks());
        result.whenComplete((value, failure) -> {
            if (failure != null) {
                runtime.later(place::closeByCaller);
            }
        });
        return result;
    }

    private QueuePlace startPlace(CompletableFuture<QueuePlace> ready) {
        runtime.requireOpen();
        QueuePlace place = new QueuePlace(runtime, server(), spec, ready);
        if (!runtime.later(place::begin)) {
            ready.completeExceptionally(LockRegister.closedException());
        }
        return place;
    }

    private ServerLocks server() {
        ServerLocks known = server;
        if (known == null) {
            known = runtime.serverOf(key());
            server = known;
        }
        return known;
    }

    private Acquisition acquisition(Caller<?> delivery, Duration timeout) {
        runtime.requireOpen();
        long patience = timeout.isNegative() ? 0 : nanos(timeout);
        if (patience > 0) {
            FieldRules.timeoutSeconds(timeout);
        }
        return new Acquisition(runtime, server(), spec, delivery, patience);
    }

    private <T> CompletableFuture<T> async(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout) {
        Caller<T> delivery = new Caller<>(granted, busy, runtime::callBack);
        try {
            acquisition(delivery, timeout).start();
        } catch (ClientClosedException ex) {
            return CompletableFuture.failedFuture(ex);
        }
        return delivery.future();
    }

    private <T> T block(Function<LockHandle, T> granted, Supplier<T> busy, Duration timeout)
            throws InterruptedException {
        refuseInterrupted();
        Caller<T> delivery = new Caller<>(granted, busy, null);
        Acquisition acquisition = acquisition(delivery, timeout);
        acquisition.start();
        try {
            return delivery.future().get(acquisition.callerWaitsNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException ex) {
            giveUp(delivery, () -> runtime.later(() -> acquisition.withdraw(false)));
            throw ex;
        } catch (ExecutionException ex) {
            throw unwrap(ex);
        } catch (TimeoutException ex) {
            DflockdException why = acquisition.tellWhyNot();
            if (!delivery.abandon(GivenUp.INSTANCE)) {
                return await(delivery, () -> {});
            }
            runtime.later(() -> acquisition.withdraw(why == null));
            if (why != null) {
                throw why;
            }
            return busy.get();
        }
    }

    /** Waits for an outcome that the loop will deliver. */
    static <T> T await(Caller<T> delivery, Runnable withdraw) throws InterruptedException {
        try {
            return delivery.future().get();
        } catch (InterruptedException ex) {
            giveUp(delivery, withdraw);
            throw ex;
        } catch (ExecutionException ex) {
            throw unwrap(ex);
        }
    }

    private static void giveUp(Caller<?> delivery, Runnable withdraw) {
        if (delivery.abandon(GivenUp.INSTANCE)) {
            withdraw.run();
            return;
        }
        delivery.future().whenComplete((value, failure) -> {
            Object granted = value instanceof Optional<?> optional ? optional.orElse(null) : value;
            if (granted instanceof LockHandle handle) {
                handle.releaseAsync();
            }
        });
    }

    static void refuseInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the thread was interrupted before it asked");
        }
    }

    static RuntimeException unwrap(ExecutionException ex) {
        Throwable cause = ex.getCause();
        if (cause instanceof RuntimeException failure) {
            return failure;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new DflockdException("the request failed", cause);
    }

    static <T> T throwTimeout(LockSpec spec, Duration timeout) {
        throw new LockTimeoutException(
                spec.target().describe() + " was busy for the whole acquire timeout of " + timeout);
    }

    static long nanos(Duration duration) {
        return TimeUnit.SECONDS.toNanos(Math.min(duration.getSeconds(), LONGEST_PATIENCE_SECONDS)) + duration.getNano();
    }

    @Override
    public final String toString() {
        return spec.target().describe();
    }

    /** Marks a future whose caller has given up. */
    private static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private static final GivenUp INSTANCE = new GivenUp();

        private GivenUp() {
            super("given up by the caller", null, false, false);
        }
    }
}
