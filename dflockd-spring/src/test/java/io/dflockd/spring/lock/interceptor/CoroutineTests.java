package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.spring.lock.LockNotReentrantException;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.aop.framework.AopProxyUtils;

/** {@code suspend} functions and {@code Flow} in Kotlin. */
@Timeout(60)
class CoroutineTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer locks = new LockServer();

    private void with(Consumer<SuspendingOrders> test) {
        GuardedContext.on(locks)
                .withBean(SuspendingOrders.class)
                .run(context -> test.accept(context.getBean(SuspendingOrders.class)));
    }

    /** The object behind the proxy, whose fields the functions use. */
    private static SuspendingOrders target(SuspendingOrders proxy) {
        return (SuspendingOrders) AopProxyUtils.getSingletonTarget(proxy);
    }

    @Test
    void suspendFunctionHoldsOverItsSuspensions() {
        with(orders -> {
            LockHandle held = new LockTemplate(locks.other()).acquire("suspend:7");
            CompletableFuture<String> result = Coroutines.fulfil(orders, "7");
            locks.awaitWaiting("suspend:7", 1);
            assertThat(target(orders).getStarted()).isZero();
            held.release();
            await().until(() -> target(orders).getStarted() == 1);
            assertThat(locks.isHeld("suspend:7")).isTrue();
            assertThat(target(orders).getHandle().key()).isEqualTo("suspend:7");
            target(orders).getGate().complete("value");
            assertThat(result).succeedsWithin(SOON).isEqualTo("7-value");
            assertThat(locks.isHeld("suspend:7")).isFalse();
        });
    }

    @Test
    void flowHoldsUntilItIsCollected() {
        with(orders -> {
            CompletableFuture<List<String>> result = Coroutines.parts(orders, "7");
            await().until(() -> target(orders).getHandle() != null);
            assertThat(target(orders).getHandle().key()).isEqualTo("flow:7");
            assertThat(locks.isHeld("flow:7")).isTrue();
            target(orders).getGate().complete("2");
            assertThat(result).succeedsWithin(SOON).isEqualTo(List.of("7-1", "7-2"));
            assertThat(locks.isHeld("flow:7")).isFalse();
        });
    }

    @Test
    void cancelledCoroutineReleases() {
        with(orders -> {
            CompletableFuture<String> running = Coroutines.fulfil(orders, "7");
            await().until(() -> target(orders).getStarted() == 1);
            running.cancel(true);
            locks.awaitFree();
        });
    }

    @Test
    void functionWithoutAResultAndOneThatThrowsRelease() {
        with(orders -> {
            CompletableFuture<String> nothing = Coroutines.nothing(orders);
            await().until(() -> target(orders).getStarted() == 1);
            assertThat(locks.isHeld("unit")).isTrue();
            target(orders).getGate().complete("go");
            assertThat(nothing).succeedsWithin(SOON).isEqualTo("done");
            assertThat(locks.isHeld("unit")).isFalse();
            assertThat(Coroutines.failing(orders))
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(IllegalArgumentException.class);
            assertThat(locks.isHeld("broken")).isFalse();
        });
    }

    @Test
    void busyFunctionIsSkipped() {
        with(orders -> {
            LockHandle held = new LockTemplate(locks.other()).acquire("skip");
            assertThat(Coroutines.skipping(orders)).succeedsWithin(SOON).isNull();
            assertThat(target(orders).getStarted()).isZero();
            held.release();
        });
    }

    @Test
    void nestedFunctionWithTheSameKeyThrowsAtOnce() {
        with(orders -> assertThat(Coroutines.nested(orders))
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LockNotReentrantException.class));
    }

    @Test
    void lossCancelsTheFunctionAndFailsItsCaller() {
        with(orders -> {
            CompletableFuture<String> running = Coroutines.fulfil(orders, "7");
            await().until(() -> target(orders).getStarted() == 1);
            locks.loseHolderOf("suspend:7");
            assertThat(running)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(LockLostException.class);
        });
    }
}
