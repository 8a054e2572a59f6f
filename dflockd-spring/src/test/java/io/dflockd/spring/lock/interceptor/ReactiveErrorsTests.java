package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.ReactiveLockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.reactivex.rxjava3.core.Single;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Errors that Reactor takes for fatal, and rethrows rather than signals, reach the subscriber and free the lock. */
@Timeout(60)
class ReactiveErrorsTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final List<Supplier<Throwable>> FAILURES = List.of(
            () -> new NoClassDefFoundError("missing"),
            () -> new StackOverflowError("deep"),
            () -> new OutOfMemoryError("full"),
            () -> new AssertionError("wrong"),
            () -> new IOException("checked"));

    @RegisterExtension
    final LockServer locks = new LockServer();

    private interface Scenario {

        void run(Work work) throws Exception;
    }

    private void with(Scenario scenario) {
        GuardedContext.on(locks).withBean(Work.class).run(context -> scenario.run(context.getBean(Work.class)));
    }

    private void failsAndReleases(Publisher<?> guarded, Throwable failure) {
        StepVerifier.create(guarded)
                .expectErrorSatisfies(signalled -> assertThat(signalled).isSameAs(failure))
                .verify(SOON);
        locks.awaitFree();
    }

    @Test
    void errorThatTheMethodThrows() {
        with(work -> {
            for (Supplier<Throwable> failures : FAILURES) {
                Throwable failure = failures.get();
                failsAndReleases(work.mono(throwing(failure)), failure);
                failsAndReleases(work.flux(throwing(failure)), failure);
                failsAndReleases(work.single(throwing(failure)).toFlowable(), failure);
                failsAndReleases(JdkFlowAdapter.flowPublisherToFlux(work.flow(throwing(failure))), failure);
            }
        });
    }

    @Test
    void errorThatTheSubscriptionThrows() {
        with(work -> {
            for (Supplier<Throwable> failures : FAILURES) {
                Throwable failure = failures.get();
                failsAndReleases(
                        work.mono(() -> Mono.fromCallable(() -> {
                            sneak(failure);
                            return "";
                        })),
                        failure);
                failsAndReleases(
                        work.flux(() -> Flux.defer(() -> {
                            sneak(failure);
                            return Flux.empty();
                        })),
                        failure);
                failsAndReleases(
                        work.mono(() -> new Mono<String>() {
                            @Override
                            public void subscribe(CoreSubscriber<? super String> actual) {
                                sneak(failure);
                            }
                        }),
                        failure);
            }
        });
    }

    @Test
    void errorThatARequestMeets() {
        with(work -> {
            Error failure = new NoClassDefFoundError("missing");
            Flux<String> guarded = work.flux(() -> Flux.range(1, 3).map(number -> {
                if (number == 2) {
                    throw failure;
                }
                return "" + number;
            }));
            StepVerifier.create(guarded, 0)
                    .expectSubscription()
                    .then(() -> locks.awaitHeld("flux"))
                    .thenRequest(1)
                    .expectNext("1")
                    .thenRequest(2)
                    .expectErrorSatisfies(signalled -> assertThat(signalled).isSameAs(failure))
                    .verify(SOON);
            locks.awaitFree();
        });
    }

    @Test
    void errorOfTheSubscriberFreesTheLock() {
        with(work -> {
            Error failure = new NoClassDefFoundError("missing");
            failsAndReleases(
                    work.flux(() -> Flux.range(1, 3).map(number -> "" + number)).doOnNext(value -> {
                        throw failure;
                    }),
                    failure);
        });
    }

    @Test
    void errorOfATemplatesCallback() {
        Error failure = new StackOverflowError("deep");
        ReactiveLockTemplate template = new ReactiveLockTemplate(new LockTemplate(locks.client()));
        Function<LockHandle, Mono<String>> one = handle -> {
            throw failure;
        };
        Function<LockHandle, Flux<String>> many = handle -> {
            throw failure;
        };
        LockOptions options = LockOptions.defaults();
        failsAndReleases(template.execute("one", options, one), failure);
        failsAndReleases(template.tryExecute("one", options, one), failure);
        failsAndReleases(template.executeMany("many", options, many), failure);
        failsAndReleases(template.tryExecuteMany("many", options, many), failure);
    }

    @Test
    void recursionWithoutEnd() {
        with(work -> {
            CompletableFuture<String> result =
                    work.mono(ReactiveErrorsTests::recursive).toFuture();
            assertThat(result)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(StackOverflowError.class);
            locks.awaitFree();
        });
    }

    private static <T> T recursive() {
        T deeper = recursive();
        return deeper;
    }

    private static <T> Work.Source<T> throwing(Throwable failure) {
        return () -> {
            throw failure;
        };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    static class Work {

        interface Source<T> {

            T get() throws Throwable;
        }

        private static <T> T of(Source<T> source) throws IOException {
            try {
                return source.get();
            } catch (IOException | Error ex) {
                throw ex;
            } catch (Throwable ex) {
                throw new AssertionError(ex);
            }
        }

        @DistributedLocked("mono")
        public Mono<String> mono(Source<Mono<String>> source) throws IOException {
            return of(source);
        }

        @DistributedLocked("flux")
        public Flux<String> flux(Source<Flux<String>> source) throws IOException {
            return of(source);
        }

        @DistributedLocked("single")
        public Single<String> single(Source<Single<String>> source) throws IOException {
            return of(source);
        }

        @DistributedLocked("flow")
        public Flow.Publisher<String> flow(Source<Flow.Publisher<String>> source) throws IOException {
            return of(source);
        }
    }
}
