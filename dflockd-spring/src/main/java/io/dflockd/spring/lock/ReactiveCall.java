package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.micrometer.observation.Observation;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

    private final AcquiringOperations operations;

    private final LockRequest request;

    private final @Nullable LockFrame outer;

    private final boolean tries;

    private final ReactiveHold hold;

    private ReactiveCall(
            AcquiringOperations operations, LockRequest request, @Nullable LockFrame outer, boolean tries) {
        this.operations = operations;
        this.request = request;
        this.outer = outer;
        this.tries = tries;
        this.hold = new ReactiveHold(request, operations.reporter());
    }

    static ReactiveCall start(
            AcquiringOperations operations, String key, LockOptions options, ContextView context, boolean tries) {
        LockFrame outer = ReactiveLockContext.frame(context);
        LockRequest request = operations.prepare(key, options, outer);
        LockFrame.refuseNested(LockContext.top(), request);
        return new ReactiveCall(operations, request, outer, tries);
    }

    <T> Mono<T> guardOne(Function<LockHandle, Mono<T>> callback) {
        return acquire()
                .flatMap(handle -> Mono.defer(() -> onFrame(handle, callback))
                        .takeUntilOther(loss(handle))
                        .contextWrite(context -> inside(context, handle))
                        .materialize()
                        .flatMap(this::endWith))
                .doFinally(signal -> hold.abandon());
    }

    <T> Flux<T> guardMany(Function<LockHandle, ? extends Publisher<T>> callback) {
        return acquire()
                .flatMapMany(handle -> Flux.defer(() -> onFrame(handle, callback))
                        .takeUntilOther(loss(handle))
                        .contextWrite(context -> inside(context, handle))
                        .onErrorResume(failure -> this.<T>endWith(Signal.error(failure)))
                        .concatWith(Mono.defer(() -> this.<T>endWith(Signal.complete()))))
                .doFinally(signal -> hold.abandon());
    }

    private Mono<LockHandle> acquire() {
        return Mono.create(sink -> {
            if (tries) {
                CompletableFuture<Optional<LockHandle>> acquiring = operations.tryAcquireAsync(request);
                acquiring.whenComplete(
                        (handle, failure) -> granted(sink, failure == null ? handle.orElse(null) : null, failure));
                withdrawOnCancel(sink, acquiring);
            } else {
                CompletableFuture<LockHandle> acquiring = operations.acquireAsync(request);
                acquiring.whenComplete((handle, failure) -> granted(sink, handle, failure));
                withdrawOnCancel(sink, acquiring);
            }
        });
    }

    private void withdrawOnCancel(MonoSink<LockHandle> sink, CompletableFuture<?> acquiring) {
        sink.onCancel(() -> {
            hold.abandon();
            acquiring.cancel(false);
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
            sink.success(handle);
        } else {
            handle.releaseAsync();
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
     * cancel it.)
     */
    private Mono<Void> loss(LockHandle handle) {
        return request.options().effectiveOnLost() == OnLost.REPORT
                ? Mono.never()
                : Mono.create(sink -> handle.onLost((lost, reason) -> sink.success()));
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
}
