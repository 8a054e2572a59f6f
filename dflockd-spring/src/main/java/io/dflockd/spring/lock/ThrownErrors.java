package io.dflockd.spring.lock;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Ends one subscription with the error that something within it threw. Reactor signals most errors, but rethrows those that
 * it takes for fatal, a {@link LinkageError} or {@link StackOverflowError} for example: nobody would get a signal then, and
 * the lock would be held for ever.
 *
 * <p>Watches two places: {@link #watch} the guarded source, where errors of the source and of its subscribers come by, and
 * {@link #end} the whole, which gets the signal.
 */
final class ThrownErrors {

    private static final Logger log = LoggerFactory.getLogger(ThrownErrors.class);

    private final ReactiveHold hold;

    private final AtomicReference<@Nullable End<?>> end = new AtomicReference<>();

    ThrownErrors(ReactiveHold hold) {
        this.hold = hold;
    }

    /** Releases, and then signals the error to the subscriber. */
    void thrown(Throwable error) {
        End<?> ending = end.get();
        if (ending == null || !ending.fail(error)) {
            log.warn("an error was thrown after its subscription had ended", error);
            hold.abandon();
        }
    }

    <T> Mono<T> watchOne(Mono<T> source) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeWatching(source, actual);
            }
        };
    }

    <T> Flux<T> watchMany(Publisher<T> source) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeWatching(source, actual);
            }
        };
    }

    <T> Mono<T> endOne(Mono<T> guarded) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeEnding(guarded, actual);
            }
        };
    }

    <T> Flux<T> endMany(Flux<T> guarded) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeEnding(guarded, actual);
            }
        };
    }

    private <T> void subscribeWatching(Publisher<T> source, CoreSubscriber<? super T> actual) {
        try {
            source.subscribe(new Watch<>(actual));
        } catch (Throwable ex) {
            thrown(ex);
        }
    }

    private <T> void subscribeEnding(Publisher<T> guarded, CoreSubscriber<? super T> actual) {
        End<T> ending = new End<>(actual);
        end.set(ending);
        try {
            guarded.subscribe(ending);
        } catch (Throwable ex) {
            thrown(ex);
        }
    }

    private final class Watch<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;

        private @Nullable Subscription upstream;

        Watch(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T value) {
            try {
                actual.onNext(value);
            } catch (Throwable ex) {
                thrown(ex);
            }
        }

        @Override
        public void onError(Throwable failure) {
            actual.onError(failure);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }

        @Override
        public void request(long count) {
            try {
                if (upstream != null) {
                    upstream.request(count);
                }
            } catch (Throwable ex) {
                thrown(ex);
            }
        }

        @Override
        public void cancel() {
            if (upstream != null) {
                upstream.cancel();
            }
        }
    }

    private final class End<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;

        private final AtomicBoolean done = new AtomicBoolean();

        private volatile @Nullable Subscription upstream;

        End(CoreSubscriber<? super T> actual) {
            this.actual = actual;
        }

        /** False where the subscriber has had its last signal. */
        boolean fail(Throwable error) {
            if (!done.compareAndSet(false, true)) {
                return false;
            }
            Subscription subscription = upstream;
            if (subscription == null) {
                actual.onSubscribe(Operators.emptySubscription());
            } else {
                subscription.cancel();
            }
            hold.end().whenComplete((lost, failure) -> actual.onError(error));
            return true;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            upstream = subscription;
            actual.onSubscribe(this);
        }

        @Override
        public void onNext(T value) {
            if (!done.get()) {
                actual.onNext(value);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (done.compareAndSet(false, true)) {
                actual.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (done.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }

        @Override
        public void request(long count) {
            Subscription subscription = upstream;
            try {
                if (subscription != null) {
                    subscription.request(count);
                }
            } catch (Throwable ex) {
                thrown(ex);
            }
        }

        @Override
        public void cancel() {
            done.set(true);
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
