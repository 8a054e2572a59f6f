package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.spring.lock.AsyncLockCallback;
import io.dflockd.spring.lock.LockCallback;
import io.dflockd.spring.lock.LockNotReentrantException;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockResult;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.OnBusy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A {@link LockOperations} bean that the application has written itself guards methods of every return type. */
@Timeout(60)
class OwnOperationsTests {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer locks = new LockServer();

    private ApplicationContextRunner runner() {
        return GuardedContext.on(locks)
                .withBean(LockOperations.class, () -> new Prefixed(new LockTemplate(locks.client())))
                .withBean(Orders.class);
    }

    @Test
    void guardEveryReturnType() {
        runner().run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThat(orders.blocking(() -> locks.isHeld("own:order"))).isTrue();
            assertThat(orders.stage(() -> locks.isHeld("own:order")))
                    .succeedsWithin(PATIENCE)
                    .isEqualTo(true);
            assertThat(orders.mono(Mono.fromSupplier(() -> locks.isHeld("own:order")))
                            .block(PATIENCE))
                    .isTrue();
            assertThat(orders.flux(Flux.range(0, 3).map(i -> locks.isHeld("own:order")))
                            .collectList()
                            .block(PATIENCE))
                    .containsExactly(true, true, true);
            locks.awaitFree();
        });
    }

    @Test
    void reactiveCallThatIsBusyIsSkipped() throws Exception {
        try (LockHandle other = locks.other().lock("own:order").acquire()) {
            runner().run(context -> assertThat(context.getBean(Orders.class)
                            .skipped(Mono.just(true))
                            .blockOptional(PATIENCE))
                    .isEmpty());
            assertThat(other.isHeld()).isTrue();
        }
    }

    @Test
    void cancelOfAReactiveCallWithdrawsOrReleases() throws Exception {
        runner().run(context -> {
            Orders orders = context.getBean(Orders.class);
            Disposable holding = orders.mono(Mono.never()).subscribe();
            locks.awaitHeld("own:order");
            Disposable waiting = orders.mono(Mono.just(true)).subscribe();
            locks.awaitWaiting("own:order", 1);
            waiting.dispose();
            holding.dispose();
            locks.awaitFree();
        });
    }

    @Test
    void lossFailsAReactiveCall() {
        runner().run(context -> {
            Sinks.Empty<Boolean> subscribed = Sinks.empty();
            Sinks.Empty<Boolean> cancelled = Sinks.empty();
            CompletableFuture<Boolean> result = context.getBean(Orders.class)
                    .mono(Mono.<Boolean>never()
                            .doOnSubscribe(subscription -> subscribed.tryEmitEmpty())
                            .doOnCancel(cancelled::tryEmitEmpty))
                    .toFuture();
            subscribed.asMono().block(PATIENCE);
            locks.loseHolderOf("own:order");
            assertThat(result)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LockLostException.class);
            cancelled.asMono().block(PATIENCE);
        });
    }

    @Test
    void nestedReactiveCallIsRefused() {
        runner().run(context -> {
            Orders orders = context.getBean(Orders.class);
            assertThatExceptionOfType(LockNotReentrantException.class)
                    .isThrownBy(() -> orders.mono(Mono.defer(() -> orders.mono(Mono.just(true))))
                            .block(PATIENCE));
        });
    }

    interface Probe {
        boolean look();
    }

    static class Orders {

        @DistributedLocked("order")
        public boolean blocking(Probe probe) {
            return probe.look();
        }

        @DistributedLocked("order")
        public CompletableFuture<Boolean> stage(Probe probe) {
            return CompletableFuture.completedFuture(probe.look());
        }

        @DistributedLocked("order")
        public Mono<Boolean> mono(Mono<Boolean> work) {
            return work;
        }

        @DistributedLocked(name = "order", acquireTimeout = "0s", onBusy = OnBusy.SKIP)
        public Mono<Boolean> skipped(Mono<Boolean> work) {
            return work;
        }

        @DistributedLocked("order")
        public Flux<Boolean> flux(Flux<Boolean> work) {
            return work;
        }
    }

    /** What an application may write: another key for everything, on operations that it knows by their interface. */
    record Prefixed(LockOperations target) implements LockOperations {

        @Override
        public <T, E extends Throwable> T execute(String key, LockOptions options, LockCallback<T, E> callback)
                throws E {
            return target.execute("own:" + key, options, callback);
        }

        @Override
        public <T, E extends Throwable> LockResult<T> tryExecute(
                String key, LockOptions options, LockCallback<T, E> callback) throws E {
            return target.tryExecute("own:" + key, options, callback);
        }

        @Override
        public LockHandle acquire(String key, LockOptions options) {
            return target.acquire("own:" + key, options);
        }

        @Override
        public Optional<LockHandle> tryAcquire(String key, LockOptions options) {
            return target.tryAcquire("own:" + key, options);
        }

        @Override
        public QueuedAcquisition enqueue(String key, LockOptions options) {
            return target.enqueue("own:" + key, options);
        }

        @Override
        public <T> CompletableFuture<T> executeAsync(String key, LockOptions options, AsyncLockCallback<T> callback) {
            return target.executeAsync("own:" + key, options, callback);
        }

        @Override
        public <T> CompletableFuture<LockResult<T>> tryExecuteAsync(
                String key, LockOptions options, AsyncLockCallback<T> callback) {
            return target.tryExecuteAsync("own:" + key, options, callback);
        }

        @Override
        public CompletableFuture<LockHandle> acquireAsync(String key, LockOptions options) {
            return target.acquireAsync("own:" + key, options);
        }

        @Override
        public CompletableFuture<Optional<LockHandle>> tryAcquireAsync(String key, LockOptions options) {
            return target.tryAcquireAsync("own:" + key, options);
        }

        @Override
        public CompletableFuture<QueuedAcquisition> enqueueAsync(String key, LockOptions options) {
            return target.enqueueAsync("own:" + key, options);
        }
    }
}
