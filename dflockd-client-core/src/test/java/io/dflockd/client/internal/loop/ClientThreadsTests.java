package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClientListener;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client's real threads: user code stays off the loop, whatever the user's executor does. */
@Timeout(60)
class ClientThreadsTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final int ROUNDS = 500;

    private static final int EVENTS = 4;

    private @Nullable ClientThreads threads;

    private ClientLoop loop(@Nullable Executor callbackExecutor) {
        threads = new ClientThreads(callbackExecutor, 2, null);
        return new ClientLoop(threads, System::nanoTime, List.of(), () -> false);
    }

    @AfterEach
    void end() {
        if (threads != null) {
            threads.close();
        }
    }

    /** Callback executors of users. */
    enum Users implements Executor {
        DIRECT {
            @Override
            public void execute(Runnable task) {
                task.run();
            }
        },
        REFUSING {
            @Override
            public void execute(Runnable task) {
                throw new RejectedExecutionException("of the test");
            }
        },
        FAILING {
            @Override
            public void execute(Runnable task) {
                throw new OutOfMemoryError("unable to create native thread (of the test)");
            }
        },
        FAILING_AFTER_IT_TOOK_THE_TASK {
            @Override
            public void execute(Runnable task) {
                task.run();
                throw new OutOfMemoryError("unable to create native thread (of the test)");
            }
        },
        STARTING_A_THREAD {
            @Override
            public void execute(Runnable task) {
                new Thread(task, "of-test").start();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void continuationNeitherRunsOnTheLoopNorTwice(Users users) throws Exception {
        ClientLoop loop = loop(users);
        AtomicInteger runs = new AtomicInteger();
        for (boolean fails : new boolean[] {false, true}) {
            CompletableFuture<String> internal = new CompletableFuture<>();
            CompletableFuture<Boolean> onLoop = loop.forCaller(internal).handle((value, failure) -> {
                runs.incrementAndGet();
                return loop.eventLoop().inEventLoop();
            });
            loop.execute(() -> {
                if (fails) {
                    internal.completeExceptionally(new IllegalStateException("of the test"));
                } else {
                    internal.complete("done");
                }
            });
            assertThat(onLoop).succeedsWithin(SOON).isEqualTo(false);
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void executeOfTheUsersExecutorIsNotCalledOnTheLoop() {
        CompletableFuture<Thread> caller = new CompletableFuture<>();
        ClientLoop loop = loop(task -> {
            caller.complete(Thread.currentThread());
            task.run();
        });
        CompletableFuture<Void> called = new CompletableFuture<>();
        loop.execute(() -> loop.callBack(() -> called.complete(null)));
        assertThat(called).succeedsWithin(SOON);
        assertThat(loop.eventLoop().inEventLoop(caller.join())).isFalse();
    }

    @Test
    void callbacksRunAfterTheCloseToo() {
        ClientLoop loop = loop(null);
        end();
        CompletableFuture<Void> callback = new CompletableFuture<>();
        CompletableFuture<Void> loss = new CompletableFuture<>();
        loop.callBack(() -> callback.complete(null));
        loop.notifyLoss(() -> loss.complete(null));
        assertThat(callback).succeedsWithin(SOON);
        assertThat(loss).succeedsWithin(SOON);
        assertThat(loop.execute(() -> {})).isFalse();
        assertThat(loop.call(CompletableFuture::new)).isCompletedExceptionally();
    }

    @Test
    void nothingIsStartedUntilItIsUsed() {
        ClassLoader ofItsThreads = new ClassLoader(null) {};
        threads = new ClientThreads(null, 2, ofItsThreads);
        assertThat(Thread.getAllStackTraces().keySet())
                .as("threads of a client that is not used")
                .noneMatch(thread -> thread.getContextClassLoader() == ofItsThreads);
    }

    /** The off switch of the client's own handler. */
    @Test
    void nettysHandlerTakesThePlaceOfTheClientsOnRequest() {
        String before = System.setProperty(ClientThreads.LOOP_PROPERTY, "spinning");
        try {
            assertThat(usesNettysHandler()).isFalse();
            System.setProperty(ClientThreads.LOOP_PROPERTY, "netty");
            assertThat(usesNettysHandler()).isTrue();
        } finally {
            System.clearProperty(ClientThreads.LOOP_PROPERTY);
            if (before != null) {
                System.setProperty(ClientThreads.LOOP_PROPERTY, before);
            }
        }
    }

    private static boolean usesNettysHandler() {
        ClientThreads made = new ClientThreads(null, 2, null);
        try {
            return ((SingleThreadIoEventLoop) made.loop()).isIoType(NioIoHandler.class);
        } finally {
            made.close();
        }
    }

    /** Reported before the close, at the same time and after it: all are told once, and every thread for them ends. */
    @Test
    void eventThreadsEndHoweverEventsMeetTheClose() throws Exception {
        ExecutorService reporter = Executors.newSingleThreadExecutor();
        Random random = new Random(5);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Set<Thread> used = ConcurrentHashMap.newKeySet();
                CountDownLatch told = new CountDownLatch(2 * EVENTS);
                AtomicInteger runs = new AtomicInteger();
                Runnable event = () -> {
                    used.add(Thread.currentThread());
                    runs.incrementAndGet();
                    told.countDown();
                };
                ClientThreads racing = new ClientThreads(null, 2, null);
                ClientLoop loop =
                        new ClientLoop(racing, System::nanoTime, List.of(new DflockdClientListener() {}), () -> false);
                if (round % 3 > 0) {
                    loop.execute(() -> {});
                }
                CyclicBarrier start = new CyclicBarrier(2);
                long pause = random.nextInt(400_000);
                Future<?> reported = reporter.submit(() -> {
                    start.await();
                    for (int i = 0; i < EVENTS; i++) {
                        loop.events().accept(listener -> event.run());
                        loop.log(event);
                        LockSupport.parkNanos(pause / EVENTS);
                    }
                    return null;
                });
                start.await();
                LockSupport.parkNanos(random.nextInt(400_000));
                racing.close();
                reported.get(20, TimeUnit.SECONDS);
                assertThat(told.await(20, TimeUnit.SECONDS))
                        .as("told in round %s", round)
                        .isTrue();
                for (Thread thread : used) {
                    thread.join(SOON.toMillis());
                    assertThat(thread.isAlive())
                            .as("%s in round %s", thread, round)
                            .isFalse();
                }
                assertThat(runs).hasValue(2 * EVENTS);
            }
        } finally {
            reporter.shutdownNow();
        }
    }
}
