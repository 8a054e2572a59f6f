package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockKind;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.spring.internal.KnownAcquireTimeout;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * {@link LockOperations} on a client. Immutable and thread-safe; one per client and application is enough.
 */
public class LockTemplate implements LockOperations {

    private static final String ANY_KEY = "key";

    private final DflockdClient client;

    private final LockSettings settings;

    /** How many may hold a key at once; null for a lock. */
    private final @Nullable Integer limit;

    private final LockReporter reporter;

    /**
     * Creates a template with default settings: no events, no observations.
     *
     * @param client the client, which stays the caller's to close
     */
    public LockTemplate(DflockdClient client) {
        this(client, LockSettings.builder().build());
    }

    /**
     * Creates a template.
     *
     * @param client the client, which stays the caller's to close
     * @param settings default options, key encoding, events and observations
     */
    public LockTemplate(DflockdClient client, LockSettings settings) {
        this(client, settings, null);
    }

    LockTemplate(DflockdClient client, LockSettings settings, @Nullable Integer limit) {
        this.client = client;
        this.settings = settings;
        this.limit = limit;
        this.reporter = new LockReporter(this, settings);
    }

    /**
     * The same template on another client.
     *
     * @param client the other client
     * @return a new template
     */
    public LockTemplate withClient(DflockdClient client) {
        return new LockTemplate(client, settings, limit);
    }

    @Override
    public <T extends @Nullable Object, E extends Throwable> T execute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E {
        Objects.requireNonNull(callback, "callback must not be null");
        LockRequest request = prepare(key, options);
        return new BlockingCall(request, acquire(request), reporter).run(callback);
    }

    @Override
    public <T extends @Nullable Object, E extends Throwable> LockResult<T> tryExecute(
            String key, LockOptions options, LockCallback<T, E> callback) throws E {
        Objects.requireNonNull(callback, "callback must not be null");
        LockRequest request = prepare(key, options);
        Optional<LockHandle> handle = tryAcquire(request);
        return handle.isEmpty()
                ? LockResult.notAcquired()
                : LockResult.acquired(new BlockingCall(request, handle.get(), reporter).run(callback));
    }

    @Override
    public LockHandle acquire(String key, LockOptions options) {
        return acquire(prepareHandle(key, options));
    }

    @Override
    public Optional<LockHandle> tryAcquire(String key, LockOptions options) {
        return tryAcquire(prepareHandle(key, options));
    }

    @Override
    public QueuedAcquisition enqueue(String key, LockOptions options) {
        LockRequest request = prepareHandle(key, options);
        try {
            return acquirable(request).enqueue();
        } catch (InterruptedException ex) {
            throw interrupted(request, ex);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<T> executeAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback) {
        try {
            Objects.requireNonNull(callback, "callback must not be null");
            LockRequest request = prepare(key, options);
            AsyncCall<T, T> call = new AsyncCall<>(request, callback, value -> value, reporter, settings);
            CompletableFuture<LockHandle> acquiring = acquireAsync(request);
            try {
                call.follow(acquiring, call::acquired);
                return call.resultWithdrawing(acquiring);
            } catch (Error ex) {
                // The caller's stack is too short.
                call.abandon(acquiring, ex);
                throw ex;
            }
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public <T extends @Nullable Object> CompletableFuture<LockResult<T>> tryExecuteAsync(
            String key, LockOptions options, AsyncLockCallback<T> callback) {
        try {
            Objects.requireNonNull(callback, "callback must not be null");
            LockRequest request = prepare(key, options);
            AsyncCall<T, LockResult<T>> call =
                    new AsyncCall<>(request, callback, LockResult::acquired, reporter, settings);
            CompletableFuture<Optional<LockHandle>> acquiring = tryAcquireAsync(request);
            try {
                call.follow(acquiring, (handle, failure) -> {
                    if (failure == null && handle.isEmpty()) {
                        call.busy(LockResult.notAcquired());
                    } else {
                        call.acquired(failure == null ? handle.get() : null, failure);
                    }
                });
                return call.resultWithdrawing(acquiring);
            } catch (Error ex) {
                call.abandon(acquiring, ex);
                throw ex;
            }
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<LockHandle> acquireAsync(String key, LockOptions options) {
        try {
            return acquireAsync(prepareHandle(key, options));
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<Optional<LockHandle>> tryAcquireAsync(String key, LockOptions options) {
        try {
            return tryAcquireAsync(prepareHandle(key, options));
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public CompletableFuture<QueuedAcquisition> enqueueAsync(String key, LockOptions options) {
        try {
            return acquirable(prepareHandle(key, options)).enqueueAsync();
        } catch (RuntimeException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    /** For a handle, which the caller may use on its own thread. */
    private LockRequest prepareHandle(String key, LockOptions options) {
        LockRequest request = prepare(key, options);
        reporter.warnOfSurroundings(request);
        return request;
    }

    private LockRequest prepare(@Nullable String key, LockOptions options) {
        return prepare(key, options, LockContext.top());
    }

    /**
     * Encodes the key and refuses what the caller holds already.
     *
     * @param innermost the innermost guarded call of the caller
     */
    LockRequest prepare(@Nullable String key, LockOptions options, @Nullable LockFrame innermost) {
        LockOptions effective = options.orElse(settings.defaults());
        LockRequest request = new LockRequest(kind(), client, encode(key, effective), effective, reporter.parent());
        LockFrame.refuseNested(innermost, request);
        return request;
    }

    LockReporter reporter() {
        return reporter;
    }

    /**
     * What a call with these options uses: what they leave unset comes from the template's defaults. The acquire timeout of the
     * client is among them where the client tells it. No I/O.
     *
     * @param options as for a call
     * @return the options
     * @throws InvalidArgumentException if they do not fit the defaults of the client, as each call would
     */
    public LockOptions effectiveOptions(LockOptions options) {
        LockOptions effective = options.orElse(settings.defaults());
        if (givesLocks(client)) {
            acquirable(new LockRequest(kind(), client, ANY_KEY, effective, null));
        }
        return effective.acquireTimeout() == null && client instanceof KnownAcquireTimeout known
                ? effective.toBuilder().acquireTimeout(known.acquireTimeout()).build()
                : effective;
    }

    /**
     * Whether keys are sent as they are, so that every call fails whose key the server does not allow.
     *
     * @return false with any other encoding than {@link KeyEncoding#strict()}
     */
    public boolean hasStrictKeys() {
        return settings.keyEncoding() == KeyEncoding.strict();
    }

    /** The mock of a test may give none. */
    private static boolean givesLocks(DflockdClient client) {
        return Objects.nonNull(client.lock(ANY_KEY));
    }

    private LockKind kind() {
        return limit == null ? LockKind.LOCK : LockKind.SEMAPHORE;
    }

    private String encode(@Nullable String key, LockOptions options) {
        if (key == null || key.isBlank()) {
            throw new InvalidArgumentException(options.originPrefix() + "the key is "
                    + (key == null ? "null" : "'" + key + "'")
                    + "; expected a text that says what to lock. Nothing was locked and the guarded code did not run");
        }
        try {
            return settings.keyEncoding().encode(key);
        } catch (InvalidArgumentException ex) {
            throw withOrigin(ex, options);
        }
    }

    private Acquirable<?> acquirable(LockRequest request) {
        LockOptions options = request.options();
        try {
            return limit == null
                    ? options.applyTo(client.lock(request.key()))
                    : options.applyTo(client.semaphore(request.key(), limit));
        } catch (InvalidArgumentException ex) {
            throw withOrigin(ex, options);
        }
    }

    private static InvalidArgumentException withOrigin(InvalidArgumentException ex, LockOptions options) {
        return options.origin() == null
                ? ex
                : new InvalidArgumentException(options.originPrefix() + ex.getMessage(), ex);
    }

    private LockHandle acquire(LockRequest request) {
        Acquirable<?> acquirable = acquirable(request);
        AcquireReport report = reporter.acquiring(request);
        LockHandle handle;
        try {
            handle = acquirable.acquire();
        } catch (InterruptedException ex) {
            LockInterruptedException interrupted = interrupted(request, ex);
            report.failed(interrupted);
            throw interrupted;
        } catch (RuntimeException | Error ex) {
            report.failed(ex);
            throw ex;
        }
        acquired(handle, report);
        return handle;
    }

    private Optional<LockHandle> tryAcquire(LockRequest request) {
        Duration timeout = request.options().acquireTimeout();
        Acquirable<?> acquirable = acquirable(request);
        AcquireReport report = reporter.acquiring(request);
        Optional<LockHandle> handle;
        try {
            handle = timeout == null ? Optional.of(acquirable.acquire()) : acquirable.tryAcquire(timeout);
        } catch (LockTimeoutException ex) {
            report.busy();
            return Optional.empty();
        } catch (InterruptedException ex) {
            LockInterruptedException interrupted = interrupted(request, ex);
            report.failed(interrupted);
            throw interrupted;
        } catch (RuntimeException | Error ex) {
            report.failed(ex);
            throw ex;
        }
        if (handle.isPresent()) {
            acquired(handle.get(), report);
        } else {
            report.busy();
        }
        return handle;
    }

    /** The caller does not get the handle if the stack is too short for the report. */
    private static void acquired(LockHandle handle, AcquireReport report) {
        try {
            report.acquired(handle);
        } catch (Throwable ex) {
            handle.release();
            throw ex;
        }
    }

    CompletableFuture<LockHandle> acquireAsync(LockRequest request) {
        Acquirable<?> acquirable = acquirable(request);
        AcquireReport report = reporter.acquiring(request);
        return ReportedAcquisition.of(acquirable::acquireAsync, report);
    }

    CompletableFuture<Optional<LockHandle>> tryAcquireAsync(LockRequest request) {
        Duration timeout = request.options().acquireTimeout();
        Acquirable<?> acquirable = acquirable(request);
        AcquireReport report = reporter.acquiring(request);
        return timeout == null
                ? ReportedAcquisition.orEmpty(acquirable::acquireAsync, report)
                : ReportedAcquisition.ofTry(() -> acquirable.tryAcquireAsync(timeout), report);
    }

    private static LockInterruptedException interrupted(LockRequest request, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new LockInterruptedException(
                "interrupted while waiting for " + request.describe() + "; nothing is held", cause);
    }

    /** Made when it is first asked for. */
    static final class WithoutLocking {

        static final LockTemplate TEMPLATE = new LockTemplate(DflockdClient.withoutLocking(), anyKey());

        private WithoutLocking() {}

        /** Which keys are fit is a setting of the application, which a double does not know. */
        static LockSettings anyKey() {
            return LockSettings.builder().keyEncoding(KeyEncoding.hashUnfit()).build();
        }
    }
}
