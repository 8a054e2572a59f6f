package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** What a user's code does with a call that has failed for a loss does not hold up the losses of others. */
@Timeout(60)
class LossThreadsTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final int LOSS_THREADS = 2;

    private static final int CALLS = 2 * LOSS_THREADS;

    private static final LockOptions INTERRUPT =
            LockOptions.builder().onLost(OnLost.INTERRUPT).build();

    @RegisterExtension
    final LockServer locks = new LockServer();

    /** One is enough: the threads of losses are given the others before the one that is awaited. The executor may have one thread. */
    private final CountDownLatch blocking = new CountDownLatch(1);

    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    private void block() {
        blocking.countDown();
        try {
            assertThat(mayGoOn.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }

    private void assertOtherLossIsTold(Function<String, CompletableFuture<?>> call) throws Exception {
        List<CompletableFuture<?>> continuations = new ArrayList<>();
        List<CompletableFuture<?>> results = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            CompletableFuture<?> result = call.apply("k" + i);
            results.add(result);
            continuations.add(result.whenComplete((value, failure) -> block()));
            locks.awaitHeld("k" + i);
        }
        try {
            for (int i = 0; i < CALLS; i++) {
                if (locks.isHeld("k" + i)) {
                    locks.loseHolderOf("k" + i);
                }
            }
            assertThat(blocking.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> told = new CompletableFuture<>();
            try (LockHandle other = new LockTemplate(locks.client()).acquire("other")) {
                other.onLost((lost, reason) -> told.complete(null));
                locks.loseHolderOf("other");
                assertThat(told).succeedsWithin(SOON);
            }
        } finally {
            mayGoOn.countDown();
        }
        for (int i = 0; i < CALLS; i++) {
            CompletableFuture<?> result = results.get(i);
            assertThat(continuations.get(i)).failsWithin(SOON);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(result::join)
                    .withCauseInstanceOf(LockLostException.class);
        }
    }

    @Test
    void continuationsOfStagesMayBlock() throws Exception {
        LockTemplate template = new LockTemplate(locks.client());
        assertOtherLossIsTold(key -> template.executeAsync(key, INTERRUPT, handle -> new CompletableFuture<>()));
    }

    @Test
    void continuationsOfTheGuardedCodesOwnStageMayBlock() throws Exception {
        LockTemplate template = new LockTemplate(locks.client());
        assertOtherLossIsTold(key -> template.executeAsync(key, INTERRUPT, handle -> {
            CompletableFuture<Integer> work = new CompletableFuture<>();
            work.whenComplete((value, failure) -> block());
            return work;
        }));
    }

    @Test
    void cancellationOfReactiveWorkMayBlock() throws Exception {
        ReactiveLockTemplate template = new ReactiveLockTemplate(new LockTemplate(locks.client()));
        assertOtherLossIsTold(key -> template.execute(
                        key, LockOptions.defaults(), handle -> Mono.never().doOnCancel(this::block))
                .toFuture());
    }
}
