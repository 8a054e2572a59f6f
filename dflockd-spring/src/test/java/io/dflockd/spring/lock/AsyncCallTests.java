package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Asynchronous work leaves the caller's thread also where the lock is granted before the call has returned. */
class AsyncCallTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final DflockdClient grantsAtOnce = DflockdClient.withoutLocking();

    private final LockTemplate locks = new LockTemplate(grantsAtOnce);

    @Test
    void bodyDoesNotRunOnTheCallersThread() {
        AtomicReference<Thread> ran = new AtomicReference<>();
        AsyncLockCallback<Integer> body = handle -> {
            ran.set(Thread.currentThread());
            assertThat(LockContext.current()).isSameAs(handle);
            return CompletableFuture.completedFuture(1);
        };
        assertThat(locks.executeAsync("a", body)).succeedsWithin(SOON).isEqualTo(1);
        assertThat(ran.getAndSet(null)).isNotNull().isNotEqualTo(Thread.currentThread());
        assertThat(locks.tryExecuteAsync("a", LockOptions.defaults(), body))
                .succeedsWithin(SOON)
                .satisfies(result -> assertThat(result.isAcquired()).isTrue());
        assertThat(ran.getAndSet(null)).isNotNull().isNotEqualTo(Thread.currentThread());
        assertThat(new SemaphoreTemplate(grantsAtOnce).withLimit(2).executeAsync("a", body))
                .succeedsWithin(SOON)
                .isEqualTo(1);
        assertThat(ran.get()).isNotNull().isNotEqualTo(Thread.currentThread());
    }

    @Test
    void bodyHasTheClassLoaderOfTheCaller() throws Exception {
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        try (URLClassLoader own = new URLClassLoader(new URL[0], before)) {
            caller.setContextClassLoader(own);
            assertThat(locks.executeAsync(
                            "a",
                            handle -> CompletableFuture.completedFuture(
                                    Thread.currentThread().getContextClassLoader())))
                    .succeedsWithin(SOON)
                    .isSameAs(own);
        } finally {
            caller.setContextClassLoader(before);
        }
    }

    @Test
    void callFromWithinABodyIsHandedOverToo() {
        // The thread may be the same one, but only after the outer body has returned.
        ThreadLocal<Boolean> insideOfTheOuter = ThreadLocal.withInitial(() -> false);
        CompletableFuture<Boolean> inner = locks.executeAsync("outer", handle -> {
            insideOfTheOuter.set(true);
            try {
                return locks.executeAsync("inner", held -> CompletableFuture.completedFuture(insideOfTheOuter.get()));
            } finally {
                insideOfTheOuter.remove();
            }
        });
        assertThat(inner).succeedsWithin(SOON).isEqualTo(false);
    }

    /** The stage of a body that is followed once in vain: the stack has ended. */
    private static final class FollowedOnAnotherStack extends CompletableFuture<Integer> {

        private final AtomicInteger followed = new AtomicInteger();

        @Override
        public CompletableFuture<Integer> whenComplete(BiConsumer<? super Integer, ? super Throwable> action) {
            if (followed.getAndIncrement() == 0) {
                throw new StackOverflowError("of the test");
            }
            return super.whenComplete(action);
        }
    }

    @Test
    void stageThatTheStackIsTooShortToFollowIsFollowedOnAnotherOne() {
        FollowedOnAnotherStack work = new FollowedOnAnotherStack();
        AtomicReference<LockHandle> held = new AtomicReference<>();
        CompletableFuture<Integer> result = locks.executeAsync("a", handle -> {
            held.set(handle);
            return work;
        });
        await().atMost(SOON).until(() -> work.followed.get() > 1);
        assertThat(result).as("the work is under way").isNotDone();
        assertThat(held.get().isHeld()).isTrue();
        work.complete(1);
        assertThat(result).succeedsWithin(SOON).isEqualTo(1);
        assertThat(held.get().state()).isEqualTo(LockHandle.State.RELEASED);
    }
}
