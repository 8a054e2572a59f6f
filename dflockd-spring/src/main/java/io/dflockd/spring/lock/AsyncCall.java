package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts a callback once a handle is granted, and ends the hold when the stage that it returned completes.
 *
 * @param <T> what the stage completes with
 * @param <R> what the caller gets
 */
final class AsyncCall<T extends @Nullable Object, R extends @Nullable Object> {

    private final LockRequest request;

    private final AsyncLockCallback<T> callback;

    private final Function<T, R> mapper;

    private final LockReporter reporter;

    private final CompletableFuture<R> result = new CompletableFuture<>();

    private final Runnable body;

    private final HandOver handOver = new HandOver();

    /** Its default executor runs code of the user. Set before the outcome is asked for. */
    private CompletableFuture<?> acquisition = CompletableFuture.completedFuture(null);

    private volatile @Nullable LockHandle handle;

    /** From then on the end of the stage ends the hold, whatever a task decorator throws. */
    private volatile boolean begun;

    /** Set before the call is failed for a loss; what its stage makes of being cancelled does not replace it. */
    private volatile @Nullable LockLostException failedFor;

    AsyncCall(
            LockRequest request,
            AsyncLockCallback<T> callback,
            Function<T, R> mapper,
            LockReporter reporter,
            LockSettings settings) {
        this.request = request;
        this.callback = callback;
        this.mapper = mapper;
        this.reporter = reporter;
        this.body = settings.taskDecorator().decorate(this::run);
    }

    /** What the caller gets; completing it first withdraws an acquisition that still waits. */
    CompletableFuture<R> resultWithdrawing(CompletableFuture<?> acquiring) {
        result.whenComplete((value, failure) -> acquiring.cancel(false));
        return result;
    }

    void busy(R value) {
        result.complete(value);
    }

    /**
     * Has the outcome of an acquisition delivered.
     *
     * @param acquiring what gives the outcome
     * @param outcome calls {@link #acquired} or {@link #busy}
     */
    <H> void follow(CompletableFuture<H> acquiring, BiConsumer<H, @Nullable Throwable> outcome) {
        acquisition = acquiring;
        handOver.follow(acquiring, outcome, failure -> abandon(acquiring, failure));
    }

    /** Fails the call before its callback runs. */
    void abandon(CompletableFuture<?> acquiring, Throwable failure) {
        result.completeExceptionally(failure);
        if (handle == null) {
            ReportedAcquisition.withdraw(acquiring);
        }
    }

    void acquired(@Nullable LockHandle granted, @Nullable Throwable failure) {
        if (granted == null) {
            result.completeExceptionally(
                    failure == null
                            ? new IllegalStateException("neither granted nor refused")
                            : Failures.causeOf(failure));
        } else if (result.isDone()) {
            granted.releaseAsync();
        } else {
            handle = granted;
            try {
                body.run();
            } catch (Throwable ex) {
                if (!begun) {
                    granted.releaseAsync();
                    result.completeExceptionally(ex);
                }
            }
        }
    }

    private void run() {
        LockHandle held = handle;
        if (held == null) {
            throw new IllegalStateException("a task decorator ran the task before the lock was granted");
        }
        HoldEnd end = new HoldEnd(request, held, reporter);
        CompletionStage<T> stage;
        LockFrame outer = LockContext.top();
        LockContext.restore(new LockFrame(request, held, outer));
        end.observation().openScope();
        try {
            stage = callback.doWithLock(held);
            if (stage == null) {
                throw new IllegalStateException("the guarded code of " + request.who()
                        + " returned null instead of a stage; return a completed stage for no result");
            }
        } catch (Throwable ex) {
            stage = CompletableFuture.failedFuture(ex);
        } finally {
            try {
                end.observation().closeScope();
            } finally {
                LockContext.restore(outer);
            }
        }
        try {
            endWith(stage, end);
        } catch (StackOverflowError ex) {
            // What the stage stands for may be under way: another stack follows it.
            CompletionStage<T> started = stage;
            onDefaultExecutor(() -> endWith(started, end));
        } catch (Throwable ex) {
            endWith(CompletableFuture.failedFuture(ex), end);
        }
        begun = true;
        if (request.options().effectiveOnLost() == OnLost.INTERRUPT) {
            failOnLoss(held, stage);
        }
    }

    private void endWith(CompletionStage<T> stage, HoldEnd end) {
        stage.whenComplete((value, failure) -> {
            try {
                end.endAsync().thenAccept(lost -> finish(value, failure, lost));
            } catch (Throwable ex) {
                result.completeExceptionally(ex);
            }
        });
    }

    /** Both futures have continuations of the user, which may block: not on the threads that tell losses. */
    private void failOnLoss(LockHandle held, CompletionStage<T> stage) {
        held.onLost((lost, reason) -> {
            LockLostException failure = new LockLostException(lost.key(), reason);
            failedFor = failure;
            onDefaultExecutor(() -> result.completeExceptionally(failure));
            if (stage instanceof CompletableFuture<?> future) {
                onDefaultExecutor(() -> future.cancel(true));
            }
        });
    }

    private void onDefaultExecutor(Runnable task) {
        HandOver.execute(acquisition, task, refused -> task.run());
    }

    private void finish(T value, @Nullable Throwable failure, @Nullable LockLostException lost) {
        LockLostException cause = failedFor;
        if (cause != null) {
            result.completeExceptionally(cause);
        } else if (failure != null) {
            if (lost != null && lost != failure) {
                Failures.causeOf(failure).addSuppressed(lost);
            }
            result.completeExceptionally(failure);
        } else if (lost != null && request.options().effectiveOnLost() != OnLost.REPORT) {
            result.completeExceptionally(lost);
        } else {
            result.complete(mapper.apply(value));
        }
    }
}
