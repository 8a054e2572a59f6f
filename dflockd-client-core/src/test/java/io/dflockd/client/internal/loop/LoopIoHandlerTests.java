package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandler;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A loop that sleeps is woken by every task, whatever it was about to do when the task came. Nothing else would wake these
 * loops: there is no connection and no timer, so a wake-up that is lost is a task that hangs.
 */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LoopIoHandlerTests {

    private final AtomicReference<IoHandler> handler = new AtomicReference<>();

    private final SingleThreadIoEventLoop loop =
            new SingleThreadIoEventLoop(null, new DefaultThreadFactory("loop-of-test", true), executor -> {
                handler.set(LoopIoHandler.newFactory().newHandler(executor));
                return handler.get();
            });

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        pool.shutdownNow();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Test
    void noTaskIsEverLeftBehind() throws Exception {
        List<Future<?>> callers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            callers.add(pool.submit(() -> {
                runTasks(10_000);
                return null;
            }));
        }
        for (Future<?> caller : callers) {
            caller.get(50, TimeUnit.SECONDS);
        }
    }

    /** Whoever hands in a task may be held up before it wakes the loop, which has run the task and sleeps again by then. */
    @Test
    void wakeUpThatComesLateDoesNotMakeItDeafForTheNext() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        runTasks(1);
        Future<?> late = pool.submit(() -> {
            while (!done.get()) {
                handler.get().wakeup();
                pause();
            }
        });
        runTasks(5_000);
        done.set(true);
        late.get(20, TimeUnit.SECONDS);
    }

    private void runTasks(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            assertThat(ran.await(10, TimeUnit.SECONDS)).as("task %d ran", i).isTrue();
            pause();
        }
    }

    /** From "while it still looks" to "while it falls asleep" to "long after that". */
    private static void pause() {
        if (ThreadLocalRandom.current().nextInt(4) == 0) {
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(150_000));
        }
    }

    @Test
    void scheduledTaskWakesALoopThatSleeps() throws Exception {
        for (int i = 0; i < 50; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            loop.schedule(ran::countDown, 2, TimeUnit.MILLISECONDS);
            assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void endsWhileItSleeps() throws Exception {
        runTasks(1);
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        assertThat(loop.isTerminated()).isTrue();
    }
}
