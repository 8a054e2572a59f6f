package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockNotReentrantException;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.ReactiveLockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.OnBusy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** The lock is held until the work behind what a method returns has ended. */
@Timeout(60)
class StagesAndReactiveTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final State state = new State();

    private LockTemplate rival;

    @BeforeEach
    void rival() {
        rival = new LockTemplate(locks.other());
    }

    private void with(Consumer<Work> test) {
        GuardedContext.on(locks)
                .withBean(State.class, () -> state)
                .withBean(Work.class)
                .run(context -> test.accept(context.getBean(Work.class)));
    }

    @Test
    void stageHoldsUntilItCompletesAndDoesNotBlockTheCaller() {
        with(work -> {
            LockHandle held = rival.acquire("stage:7");
            CompletableFuture<String> result = work.stage("7");
            locks.awaitWaiting("stage:7", 1);
            assertThat(state.calls).hasValue(0);
            held.release();
            await().untilAtomic(state.calls, is(1));
            assertThat(result).isNotDone();
            assertThat(locks.isHeld("stage:7")).isTrue();
            state.gate.complete("value");
            assertThat(result).succeedsWithin(SOON).isEqualTo("value");
            assertThat(locks.isHeld("stage:7")).isFalse();
        });
    }

    @Test
    void busyStagesFailOrAreSkipped() {
        with(work -> {
            LockHandle held = rival.acquire("busy");
            assertThat(work.busyStage())
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(LockTimeoutException.class);
            assertThat(work.skippedStage().toCompletableFuture())
                    .succeedsWithin(SOON)
                    .isNull();
            assertThat(work.skippedOptional()).succeedsWithin(SOON).isEqualTo(Optional.empty());
            assertThat(state.calls).hasValue(0);
            held.release();
            assertThat(work.skippedOptional()).succeedsWithin(SOON).isEqualTo(Optional.of("ran"));
        });
    }

    @Test
    void monoAcquiresForEachSubscriptionAndNotForTheCall() {
        with(work -> {
            Mono<String> mono = work.mono("7");
            assertThat(state.calls).hasValue(0);
            assertThat(locks.server().view().requests()).isEmpty();
            for (int i = 1; i <= 2; i++) {
                CompletableFuture<String> result = mono.toFuture();
                locks.awaitHeld("mono:7");
                assertThat(rival.tryExecute("mono:7", Work.AT_ONCE, handle -> 1).isAcquired())
                        .isFalse();
                await().untilAtomic(state.calls, is(i));
                state.sink.tryEmitValue("value");
                assertThat(result).succeedsWithin(SOON).isEqualTo("value");
                assertThat(locks.isHeld("mono:7")).isFalse();
                state.sink = Sinks.one();
            }
        });
    }

    @Test
    void errorCancelAndEmptyRelease() {
        with(work -> {
            StepVerifier.create(work.failingMono()).expectErrorMessage("body").verify(SOON);
            assertThat(locks.isHeld("failing")).isFalse();
            StepVerifier.create(work.failingFlux())
                    .expectNext(1)
                    .expectErrorMessage("body")
                    .verify(SOON);
            assertThat(locks.isHeld("failing")).isFalse();
            Disposable running = work.mono("7").subscribe();
            locks.awaitHeld("mono:7");
            running.dispose();
            locks.awaitFree();
            Disposable endless = work.endless().subscribe();
            locks.awaitHeld("endless");
            endless.dispose();
            locks.awaitFree();
            StepVerifier.create(work.endless().take(3))
                    .expectNextCount(3)
                    .expectComplete()
                    .verify(SOON);
            locks.awaitFree();
            StepVerifier.create(work.emptyMono()).expectComplete().verify(SOON);
        });
    }

    @Test
    void subscriptionCancelledWhileItWaitsIsWithdrawn() {
        with(work -> {
            LockHandle held = rival.acquire("mono:7");
            Disposable waiting = work.mono("7").subscribe();
            locks.awaitWaiting("mono:7", 1);
            waiting.dispose();
            held.release();
            locks.awaitFree();
            assertThat(state.calls).hasValue(0);
        });
    }

    @Test
    void cancelAtAnyMomentLeavesNothingBehind() {
        with(work -> {
            for (int i = 0; i < 300; i++) {
                Disposable subscription = work.mono("7").subscribe();
                long spin = (i % 30) * 20_000L;
                long started = System.nanoTime();
                while (System.nanoTime() - started < spin) {
                    Thread.onSpinWait();
                }
                subscription.dispose();
            }
            locks.awaitFree();
            assertThat(rival.tryExecute("mono:7", Work.PATIENT, handle -> 1).isAcquired())
                    .isTrue();
        });
    }

    @Test
    void fluxHoldsUntilItEnds() {
        with(work -> {
            StepVerifier.create(work.flux("7"))
                    .expectNext("flux:7")
                    .then(() -> assertThat(locks.isHeld("flux:7")).isTrue())
                    .then(() -> state.gate.complete("end"))
                    .expectNext("end")
                    .expectComplete()
                    .verify(SOON);
            assertThat(locks.isHeld("flux:7")).isFalse();
        });
    }

    @Test
    void busySubscriptionsFailOrCompleteEmpty() {
        with(work -> {
            LockHandle held = rival.acquire("busy");
            StepVerifier.create(work.busyMono())
                    .expectError(LockTimeoutException.class)
                    .verify(SOON);
            StepVerifier.create(work.skippedMono()).expectComplete().verify(SOON);
            StepVerifier.create(work.skippedFlux()).expectComplete().verify(SOON);
            assertThat(state.calls).hasValue(0);
            StepVerifier.create(work.busyMono()
                            .retryWhen(
                                    Retry.backoff(100, Duration.ofMillis(10)).doBeforeRetry(signal -> held.release())))
                    .expectNext("ran")
                    .expectComplete()
                    .verify(SOON);
        });
    }

    @Test
    void lossCancelsTheSourceAndFailsTheSubscriberAtOnce() {
        with(work -> {
            StepVerifier.create(work.endless())
                    .expectNextCount(1)
                    .then(() -> locks.loseHolderOf("endless"))
                    .thenConsumeWhile(value -> true)
                    .expectError(LockLostException.class)
                    .verify(SOON);
            await().untilAtomic(state.cancelled, is(1));
            CompletableFuture<String> mono = work.mono("7").toFuture();
            locks.awaitHeld("mono:7");
            locks.loseHolderOf("mono:7");
            assertThat(mono)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(LockLostException.class);
        });
    }

    @Test
    void nestedSubscriptionWithTheSameKeyFailsAtOnce() {
        with(work -> {
            state.sink.tryEmitValue("value");
            StepVerifier.create(work.nesting(work, "7"))
                    .expectError(LockNotReentrantException.class)
                    .verify(SOON);
            StepVerifier.create(work.nesting(work, "8"))
                    .expectNext("value")
                    .expectComplete()
                    .verify(SOON);
        });
    }

    @Test
    void otherReactiveLibrariesAreGuardedToo() {
        with(work -> {
            assertThat(work.single().blockingGet()).isEqualTo("single");
            assertThat(work.flowable().toList().blockingGet()).containsExactly("flowable", "end");
            assertThat(locks.isHeld("single")).isFalse();
            Flow.Publisher<String> publisher = work.jdkFlow();
            assertThat(JdkFlowAdapter.flowPublisherToFlux(publisher)
                            .collectList()
                            .block(SOON))
                    .isEqualTo(List.of("flow"));
        });
    }

    @Test
    void subscribersThreadIsNotBlocked() {
        with(work -> {
            LockHandle held = rival.acquire("mono:7");
            CompletableFuture<String> result = CompletableFuture.supplyAsync(
                            () -> work.mono("7").toFuture())
                    .orTimeout(5, TimeUnit.SECONDS)
                    .join();
            locks.awaitWaiting("mono:7", 1);
            assertThat(result).isNotDone();
            held.release();
            state.sink.tryEmitValue("value");
            assertThat(result).succeedsWithin(SOON);
        });
    }

    /** What the test and the guarded methods share; a proxy has no fields of its own. */
    static class State {

        final AtomicInteger calls = new AtomicInteger();

        final AtomicInteger cancelled = new AtomicInteger();

        final CompletableFuture<String> gate = new CompletableFuture<>();

        volatile Sinks.One<String> sink = Sinks.one();
    }

    static class Work {

        static final LockOptions AT_ONCE =
                LockOptions.builder().acquireTimeout(Duration.ZERO).build();

        static final LockOptions PATIENT =
                LockOptions.builder().acquireTimeout(SOON).build();

        private final State state;

        Work(State state) {
            this.state = state;
        }

        @DistributedLocked(name = "stage", key = "#id")
        public CompletableFuture<String> stage(String id) {
            state.calls.incrementAndGet();
            return state.gate;
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s")
        public CompletableFuture<String> busyStage() {
            state.calls.incrementAndGet();
            return CompletableFuture.completedFuture("ran");
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public CompletionStage<String> skippedStage() {
            state.calls.incrementAndGet();
            return CompletableFuture.completedFuture("ran");
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public CompletableFuture<Optional<String>> skippedOptional() {
            state.calls.incrementAndGet();
            return CompletableFuture.completedFuture(Optional.of("ran"));
        }

        @DistributedLocked(name = "mono", key = "#id")
        public Mono<String> mono(String id) {
            assertThat(LockContext.current().key()).isEqualTo("mono:" + id);
            state.calls.incrementAndGet();
            return state.sink.asMono();
        }

        @DistributedLocked("failing")
        public Mono<String> failingMono() {
            return Mono.error(new IllegalStateException("body"));
        }

        @DistributedLocked("failing")
        public Flux<Integer> failingFlux() {
            return Flux.just(1).concatWith(Mono.error(new IllegalStateException("body")));
        }

        @DistributedLocked("empty")
        public Mono<String> emptyMono() {
            return Mono.empty();
        }

        @DistributedLocked("endless")
        public Flux<Long> endless() {
            return Flux.interval(Duration.ofMillis(1))
                    .onBackpressureDrop()
                    .doOnCancel(state.cancelled::incrementAndGet);
        }

        @DistributedLocked(name = "flux", key = "#id")
        public Flux<String> flux(String id) {
            return ReactiveLockContext.current().map(LockHandle::key).concatWith(Mono.fromFuture(state.gate));
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s")
        public Mono<String> busyMono() {
            return Mono.fromSupplier(() -> {
                state.calls.incrementAndGet();
                return "ran";
            });
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public Mono<String> skippedMono() {
            state.calls.incrementAndGet();
            return Mono.just("ran");
        }

        @DistributedLocked(name = "busy", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public Flux<String> skippedFlux() {
            state.calls.incrementAndGet();
            return Flux.just("ran");
        }

        @DistributedLocked(name = "mono", key = "'7'")
        public Mono<String> nesting(Work self, String id) {
            return Mono.defer(() -> self.mono(id));
        }

        @DistributedLocked("single")
        public Single<String> single() {
            return Single.fromCallable(() -> "single");
        }

        @DistributedLocked("flowable")
        public Flowable<String> flowable() {
            return Flowable.just("flowable", "end");
        }

        @DistributedLocked("flow")
        public Flow.Publisher<String> jdkFlow() {
            return JdkFlowAdapter.publisherToFlowPublisher(Mono.just("flow"));
        }
    }
}
