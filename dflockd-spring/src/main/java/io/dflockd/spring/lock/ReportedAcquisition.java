package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a template's caller gets for an asynchronous acquisition. It completes after the acquisition was reported, so that
 * whatever the caller does with the lock comes later; whoever completes it first withdraws the acquisition. (A future runs
 * what was registered last first, so the report and the caller's work cannot share one.)
 */
final class ReportedAcquisition<T> extends CompletableFuture<T> {

    private final Executor executor;

    private ReportedAcquisition(CompletableFuture<?> acquiring) {
        this.executor = acquiring.defaultExecutor();
    }

    /** A grant or a failure. */
    static ReportedAcquisition<LockHandle> of(CompletableFuture<LockHandle> acquiring, AcquireReport report) {
        ReportedAcquisition<LockHandle> reported = new ReportedAcquisition<>(acquiring);
        reported.follow(acquiring, report, handle -> handle, handle -> handle, null);
        return reported;
    }

    /** A grant, a failure, or empty where it is busy. */
    static ReportedAcquisition<Optional<LockHandle>> ofTry(
            CompletableFuture<Optional<LockHandle>> acquiring, AcquireReport report) {
        ReportedAcquisition<Optional<LockHandle>> reported = new ReportedAcquisition<>(acquiring);
        reported.follow(acquiring, report, handle -> handle.orElse(null), handle -> handle, Optional.empty());
        return reported;
    }

    /** A grant, a failure, or empty after a timeout. */
    static ReportedAcquisition<Optional<LockHandle>> orEmpty(
            CompletableFuture<LockHandle> acquiring, AcquireReport report) {
        ReportedAcquisition<Optional<LockHandle>> reported = new ReportedAcquisition<>(acquiring);
        reported.follow(acquiring, report, handle -> handle, Optional::of, Optional.empty());
        return reported;
    }

    private <G> void follow(
            CompletableFuture<G> acquiring,
            AcquireReport report,
            Function<G, @Nullable LockHandle> handleOf,
            Function<G, T> resultOf,
            @Nullable T timedOut) {
        whenComplete((value, failure) -> acquiring.cancel(false));
        Continuation.follow(
                acquiring,
                (granted, failure) -> {
                    if (failure == null) {
                        succeeded(handleOf.apply(granted), resultOf.apply(granted), report);
                        return;
                    }
                    report.failed(failure);
                    if (timedOut != null && Failures.causeOf(failure) instanceof LockTimeoutException) {
                        complete(timedOut);
                    } else {
                        completeExceptionally(failure);
                    }
                },
                failure -> {
                    if (completeExceptionally(failure)) {
                        acquiring.thenAccept(granted -> releaseUnused(handleOf.apply(granted)));
                    }
                });
    }

    private static void releaseUnused(@Nullable LockHandle handle) {
        if (handle != null) {
            handle.releaseAsync();
        }
    }

    private void succeeded(@Nullable LockHandle handle, T result, AcquireReport report) {
        if (handle == null) {
            report.busy();
        } else {
            report.acquired(handle);
        }
        if (!complete(result)) {
            releaseUnused(handle);
        }
    }

    @Override
    public Executor defaultExecutor() {
        return executor;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
