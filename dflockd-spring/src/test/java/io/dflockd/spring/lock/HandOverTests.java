package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that is handed to the executor of a future, which may be the JDK's common pool. */
class HandOverTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final ClassLoader ofTheExecutor = new ClassLoader(getClass().getClassLoader()) {};

    private final ClassLoader ofTheCaller = new ClassLoader(getClass().getClassLoader()) {};

    private final ExecutorService threads = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "executor-of-test");
        thread.setContextClassLoader(ofTheExecutor);
        return thread;
    });

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static CompletableFuture<Void> futureOf(Executor executor) {
        return new CompletableFuture<>() {
            @Override
            public Executor defaultExecutor() {
                return executor;
            }
        };
    }

    private static ClassLoader contextClassLoader() {
        return Thread.currentThread().getContextClassLoader();
    }

    @Test
    void taskHasTheClassLoaderOfTheThreadThatHandsItOver() {
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        ClassLoader before = contextClassLoader();
        Thread.currentThread().setContextClassLoader(ofTheCaller);
        try {
            HandOver.execute(futureOf(threads), () -> seen.complete(contextClassLoader()), seen::completeExceptionally);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(seen).succeedsWithin(SOON).isSameAs(ofTheCaller);
        assertThat(CompletableFuture.supplyAsync(HandOverTests::contextClassLoader, threads))
                .as("of the executor's thread, afterwards")
                .succeedsWithin(SOON)
                .isSameAs(ofTheExecutor);
    }

    @Test
    void executorThatQueuesATaskAndThrowsDecidesOnce() throws Exception {
        AtomicInteger decisions = new AtomicInteger();
        CountDownLatch queued = new CountDownLatch(1);
        Executor tired = task -> {
            threads.execute(() -> {
                task.run();
                queued.countDown();
            });
            throw new RejectedExecutionException("of the test");
        };
        HandOver.execute(futureOf(tired), decisions::incrementAndGet, refused -> decisions.incrementAndGet());
        queued.await();
        assertThat(decisions).hasValue(1);
    }
}
