package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
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
    static ReportedAcquisition<LockHandle> of(Supplier<CompletableFuture<LockHandle>> asking, AcquireReport report) {
        return of(asking, report, handle -> handle, handle -> handle, null);
    }

    /** A grant, a failure, or empty where it is busy. */
    static ReportedAcquisition<Optional<LockHandle>> ofTry(
            Supplier<CompletableFuture<Optional<LockHandle>>> asking, AcquireReport report) {
        return of(asking, report, handle -> handle.orElse(null), handle -> handle, Optional.empty());
    }

    /** A grant, a failure, or empty after a timeout. */
    static ReportedAcquisition<Optional<LockHandle>> orEmpty(
            Supplier<CompletableFuture<LockHandle>> asking, AcquireReport report) {
        return of(asking, report, handle -> handle, Optional::of, Optional.empty());
    }

    private static <G, T> ReportedAcquisition<T> of(
            Supplier<CompletableFuture<G>> asking,
            AcquireReport report,
            Function<G, @Nullable LockHandle> handleOf,
            Function<G, T> resultOf,
            @Nullable T timedOut) {
        CompletableFuture<G> acquiring = asking.get();
        try {
            ReportedAcquisition<T> reported = new ReportedAcquisition<>(acquiring);
            reported.follow(acquiring, report, handleOf, resultOf, timedOut);
            return reported;
        } catch (Error ex) {
            // The stack is too short here.
            withdraw(acquiring);
            throw ex;
        }
    }

    /** Withdraws an acquisition of which nobody has the future, or releases what it got. */
    static void withdraw(CompletableFuture<?> acquiring) {
        if (!acquiring.cancel(false)) {
            acquiring.thenAccept(ReportedAcquisition::release);
        }
    }

    private static void release(@Nullable Object outcome) {
        Object granted = outcome instanceof Optional<?> optional ? optional.orElse(null) : outcome;
        if (granted instanceof LockHandle unused) {
            unused.releaseAsync();
        }
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
                    } else {
                        failed(failure, report, timedOut);
                    }
                },
                failure -> {
                    if (completeExceptionally(failure)) {
                        withdraw(acquiring);
                    }
                });
    }

    private void failed(Throwable failure, AcquireReport report, @Nullable T timedOut) {
        report.failed(failure);
        if (timedOut != null && Failures.causeOf(failure) instanceof LockTimeoutException) {
            complete(timedOut);
        } else {
            completeExceptionally(failure);
        }
    }

    private void succeeded(@Nullable LockHandle handle, T result, AcquireReport report) {
        if (handle == null) {
            report.busy();
        } else {
            report.acquired(handle);
        }
        if (!complete(result)) {
            release(handle);
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
