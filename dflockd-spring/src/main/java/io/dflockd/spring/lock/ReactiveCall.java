package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockKind;
import io.dflockd.client.LockLostException;
import io.micrometer.observation.Observation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Signal;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** One subscription to guarded work. */
final class ReactiveCall {

    /** The key of Micrometer's ObservationThreadLocalAccessor. */
    private static final String CURRENT_OBSERVATION = "micrometer.observation";

    private final LockRequest request;

    private final Acquisition acquisition;

    private final @Nullable LockFrame outer;

    private final ReactiveHold hold;

    private final ThrownErrors errors;

    /** Its default executor runs code of the user; null until it has begun. */
    private volatile @Nullable CompletableFuture<?> acquiring;

    private ReactiveCall(
            LockRequest request, LockReporter reporter, @Nullable LockFrame outer, Acquisition acquisition) {
        this.request = request;
        this.acquisition = acquisition;
        this.outer = outer;
        this.hold = new ReactiveHold(request, reporter);
        this.errors = new ThrownErrors(hold);
    }

    /** @param tries whether a busy lock is an empty result rather than an error */
    static ReactiveCall start(
            LockOperations operations, String key, LockOptions options, ContextView context, boolean tries) {
        LockFrame outer = ReactiveLockContext.frame(context);
        ReactiveCall call = operations instanceof LockTemplate template
                ? onTemplate(template, key, options, outer, tries)
                : onOwnOperations(operations, key, options, outer, tries);
        LockFrame.refuseNested(LockContext.top(), call.request);
        return call;
    }

    private static ReactiveCall onTemplate(
            LockTemplate template, String key, LockOptions options, @Nullable LockFrame outer, boolean tries) {
        LockRequest request = template.prepare(key, options, outer);
        return new ReactiveCall(
                request,
                template.reporter(),
                outer,
                tries
                        ? granted -> tried(template.tryAcquireAsync(request), granted)
                        : granted -> asked(template.acquireAsync(request), granted));
    }

    /** An application's own operations report what they acquire themselves, if at all. */
    private static ReactiveCall onOwnOperations(
            LockOperations operations, String key, LockOptions options, @Nullable LockFrame outer, boolean tries) {
        LockRequest request = new LockRequest(LockKind.LOCK, operations, key, options, null);
        LockFrame.refuseNested(outer, request);
        return new ReactiveCall(
                request,
                new LockReporter(operations, LockSettings.builder().build()),
                outer,
                tries
                        ? granted -> tried(operations.tryAcquireAsync(key, options), granted)
                        : granted -> asked(operations.acquireAsync(key, options), granted));
    }

    private static CompletableFuture<?> asked(
            CompletableFuture<LockHandle> acquiring, BiConsumer<@Nullable LockHandle, @Nullable Throwable> granted) {
        Continuation.follow(acquiring, granted, failure -> granted.accept(null, failure));
        return acquiring;
    }

    private static CompletableFuture<?> tried(
            CompletableFuture<Optional<LockHandle>> acquiring,
            BiConsumer<@Nullable LockHandle, @Nullable Throwable> granted) {
        Continuation.follow(
                acquiring,
                (handle, failure) -> granted.accept(failure == null ? handle.orElse(null) : null, failure),
                failure -> granted.accept(null, failure));
        return acquiring;
    }

    <T> Mono<T> guardOne(Function<LockHandle, Mono<T>> callback) {
        return errors.endOne(acquire()
                .flatMap(handle -> errors.watchOne(Mono.defer(() -> onFrame(handle, callback)))
                        .takeUntilOther(loss(handle))
                        .contextWrite(context -> inside(context, handle))
                        .materialize()
                        .flatMap(this::endWith))
                .doFinally(signal -> hold.abandon()));
    }

    <T> Flux<T> guardMany(Function<LockHandle, ? extends Publisher<T>> callback) {
        return errors.endMany(acquire()
                .flatMapMany(handle -> errors.watchMany(Flux.defer(() -> onFrame(handle, callback)))
                        .takeUntilOther(loss(handle))
                        .contextWrite(context -> inside(context, handle))
                        .onErrorResume(failure -> this.<T>endWith(Signal.error(failure)))
                        .concatWith(Mono.defer(() -> this.<T>endWith(Signal.complete()))))
                .doFinally(signal -> hold.abandon()));
    }

    private Mono<LockHandle> acquire() {
        return Mono.create(sink -> {
            CompletableFuture<?> begun = acquisition.begin((handle, failure) -> granted(sink, handle, failure));
            acquiring = begun;
            sink.onCancel(() -> {
                hold.abandon();
                begun.cancel(false);
            });
        });
    }

    private void granted(MonoSink<LockHandle> sink, @Nullable LockHandle handle, @Nullable Throwable failure) {
        if (failure != null && hold.isEnded()) {
            return;
        }
        if (failure != null) {
            sink.error(Failures.causeOf(failure));
        } else if (handle == null) {
            sink.success();
        } else if (hold.take(handle)) {
            start(sink, handle);
        } else {
            handle.releaseAsync();
        }
    }

    private void start(MonoSink<LockHandle> sink, LockHandle handle) {
        try {
            sink.success(handle);
        } catch (Throwable ex) {
            errors.thrown(ex);
        }
    }

    /** The callback's own code finds the lock on its thread; what its publisher runs finds it in the context. */
    private <P extends Publisher<?>> P onFrame(LockHandle handle, Function<LockHandle, P> callback) {
        LockFrame before = LockContext.top();
        LockContext.restore(new LockFrame(request, handle, before));
        try {
            P work = callback.apply(handle);
            if (work == null) {
                throw new IllegalStateException("the guarded code of " + request.who()
                        + " returned null instead of a publisher; return an empty one for no result");
            }
            return work;
        } finally {
            LockContext.restore(before);
        }
    }

    private Context inside(Context context, LockHandle handle) {
        Observation observation = hold.observation();
        Context framed = context.put(LockFrame.class, new LockFrame(request, handle, outer));
        return observation == null ? framed : framed.put(CURRENT_OBSERVATION, observation);
    }

    /**
     * Completes when the lock is lost, which cancels the source; the end of the hold then tells. (An error here would not
     * cancel it.) What follows is code of the user, which does not belong on the threads that tell losses.
     */
    private Mono<Void> loss(LockHandle handle) {
        return request.options().effectiveOnLost() == OnLost.REPORT
                ? Mono.never()
                : Mono.create(sink -> handle.onLost((lost, reason) -> onDefaultExecutor(sink::success)));
    }

    private void onDefaultExecutor(Runnable task) {
        CompletableFuture<?> begun = acquiring;
        if (begun == null) {
            task.run();
        } else {
            HandOver.execute(begun, task, refused -> task.run());
        }
    }

    private <T> Mono<T> endWith(Signal<T> signal) {
        return Mono.fromFuture(hold::end, true).singleOptional().flatMap(ended -> {
            LockLostException lost = ended.orElse(null);
            Throwable failure = signal.getThrowable();
            if (failure != null) {
                if (lost != null && lost != failure) {
                    failure.addSuppressed(lost);
                }
                return Mono.error(failure);
            }
            return lost != null && request.options().effectiveOnLost() != OnLost.REPORT
                    ? Mono.error(lost)
                    : Mono.justOrEmpty(signal.get());
        });
    }

    /** An acquisition that has not begun. */
    private interface Acquisition {

        /**
         * Begins it.
         *
         * @param granted gets the handle, a failure, or neither where the lock is busy
         * @return cancelling it withdraws the acquisition
         */
        CompletableFuture<?> begin(BiConsumer<@Nullable LockHandle, @Nullable Throwable> granted);
    }
}
