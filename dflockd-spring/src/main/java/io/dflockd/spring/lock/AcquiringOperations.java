package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The verbs on whatever can be acquired. */
class AcquiringOperations implements LockOperations {

    private final AcquirableFactory factory;

    private final LockSettings settings;

    private final LockReporter reporter;

    AcquiringOperations(AcquirableFactory factory, LockSettings settings) {
        this.factory = factory;
        this.settings = settings;
        this.reporter = new LockReporter(this, settings);
    }

    @Override
    public <T extends @Nullable Object, E extends Throwable> T execute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E {
        LockRequest request = prepare(key, options);
        return new BlockingCall(request, acquire(request), reporter).run(callback);
    }

    @Override
    public <T extends @Nullable Object, E extends Throwable> LockResult<T> tryExecute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E {
        LockRequest request = prepare(key, options);
        Optional<LockHandle> handle = tryAcquire(request);
        return handle.isEmpty()
                ? LockResult.notAcquired()
                : LockResult.acquired(new BlockingCall(request, handle.get(), reporter).run(callback));
    }

    @Override
    public LockHandle acquire(String key, LockOptions options) {
        return acquire(prepare(key, options));
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, LockOptions options) {
        return tryAcquire(prepare(key, options));
    }

    @Override
    public QueuedAcquisition enqueue(String key, LockOptions options) {
        LockRequest request = prepare(key, options);
        try {
            return request.acquirable().enqueue();
        } catch (InterruptedException ex) {
            throw interrupted(request, ex);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> executeAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback) {
        try {
            LockRequest request = prepare(key, options);
            AsyncCall<T, T> call = new AsyncCall<>(request, callback, value -> value, reporter, settings);
            CompletableFuture<LockHandle> acquiring = acquireAsync(request);
            acquiring.whenComplete(call::acquired);
            return call.resultWithdrawing(acquiring);
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<LockResult<T>> tryExecuteAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback) {
        try {
            LockRequest request = prepare(key, options);
            AsyncCall<T, LockResult<T>> call =
                    new AsyncCall<>(request, callback, LockResult::acquired, reporter, settings);
            CompletableFuture<Optional<LockHandle>> acquiring = tryAcquireAsync(request);
            acquiring.whenComplete((handle, failure) -> {
                if (failure == null && handle.isEmpty()) {
                    call.busy(LockResult.notAcquired());
                } else {
                    call.acquired(failure == null ? handle.get() : null, failure);
                }
            });
            return call.resultWithdrawing(acquiring);
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<LockHandle> acquireAsync(String key, LockOptions options) {
        try {
            return acquireAsync(prepare(key, options));
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<Optional<LockHandle>> tryAcquireAsync(String key, LockOptions options) {
        try {
            return tryAcquireAsync(prepare(key, options));
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<QueuedAcquisition> enqueueAsync(String key, LockOptions options) {
        try {
            return prepare(key, options).acquirable().enqueueAsync();
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    /** Checks all that can be known before something is sent. */
    LockRequest prepare(String key, LockOptions options) {
        return prepare(key, options, LockContext.top());
    }

    /** As {@link #prepare(String, LockOptions)}, for a caller whose guarded calls are not those of the thread. */
    LockRequest prepare(String key, LockOptions options, @Nullable LockFrame innermost) {
        LockOptions effective = options.orElse(settings.defaults());
        LockRequest request =
                new LockRequest(factory.kind(), factory.scope(), target(key, effective), effective, reporter.parent());
        LockFrame.refuseNested(innermost, request);
        if (OpenTransaction.isActive()) {
            reporter.warnOfOpenTransaction(request);
        }
        return request;
    }

    LockReporter reporter() {
        return reporter;
    }

    private Acquirable<?> target(@Nullable String key, LockOptions options) {
        String origin = options.origin() == null ? "" : options.origin() + ": ";
        if (key == null || key.isBlank()) {
            throw new InvalidArgumentException(origin + "the key is " + (key == null ? "null" : "'" + key + "'")
                    + "; expected a text that says what"
                    + " to lock. Nothing was locked and the guarded code did not run");
        }
        try {
            return factory.create(settings.keyEncoding().encode(key), options);
        } catch (InvalidArgumentException ex) {
            throw origin.isEmpty() ? ex : new InvalidArgumentException(origin + ex.getMessage(), ex);
        }
    }

    private LockHandle acquire(LockRequest request) {
        AcquireReport report = reporter.acquiring(request);
        try {
            LockHandle handle = request.acquirable().acquire();
            report.acquired(handle);
            return handle;
        } catch (InterruptedException ex) {
            LockInterruptedException interrupted = interrupted(request, ex);
            report.failed(interrupted);
            throw interrupted;
        } catch (RuntimeException ex) {
            report.failed(ex);
            throw ex;
        }
    }

    private Optional<LockHandle> tryAcquire(LockRequest request) {
        Duration timeout = request.options().acquireTimeout();
        AcquireReport report = reporter.acquiring(request);
        try {
            Optional<LockHandle> handle = timeout == null
                    ? Optional.of(request.acquirable().acquire())
                    : request.acquirable().tryAcquire(timeout);
            handle.ifPresentOrElse(report::acquired, report::busy);
            return handle;
        } catch (LockTimeoutException ex) {
            report.busy();
            return Optional.empty();
        } catch (InterruptedException ex) {
            LockInterruptedException interrupted = interrupted(request, ex);
            report.failed(interrupted);
            throw interrupted;
        } catch (RuntimeException ex) {
            report.failed(ex);
            throw ex;
        }
    }

    CompletableFuture<LockHandle> acquireAsync(LockRequest request) {
        AcquireReport report = reporter.acquiring(request);
        return ReportedAcquisition.of(request.acquirable().acquireAsync(), report);
    }

    CompletableFuture<Optional<LockHandle>> tryAcquireAsync(LockRequest request) {
        Duration timeout = request.options().acquireTimeout();
        AcquireReport report = reporter.acquiring(request);
        return timeout == null
                ? ReportedAcquisition.orEmpty(request.acquirable().acquireAsync(), report)
                : ReportedAcquisition.ofTry(request.acquirable().tryAcquireAsync(timeout), report);
    }

    private static LockInterruptedException interrupted(LockRequest request, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LockInterruptedException(
                "interrupted while waiting for " + request.describe() + "; nothing is held", cause);
    }
}
