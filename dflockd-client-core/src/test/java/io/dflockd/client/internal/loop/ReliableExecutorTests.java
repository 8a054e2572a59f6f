package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whatever the pool does with a task, the task runs once. */
class ReliableExecutorTests {

    private static final Duration RETRY = Duration.ofMillis(50);

    private final TestLoop loop = new TestLoop();

    private final List<String> ran = new ArrayList<>();

    private final List<String> handedIn = new ArrayList<>();

    /** What the pool does next; null runs the task at once. */
    private Executor behaviour = Runnable::run;

    private final ReliableExecutor executor = new ReliableExecutor(
            task -> behaviour.execute(task),
            loop.netty(),
            CallbackPoolTests::startThread,
            self -> handedIn.add("retry"));

    private void execute(String name) {
        executor.execute(() -> ran.add(name));
    }

    private static Executor throwing(Throwable failure) {
        return task -> sneakyThrow(failure);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable failure) throws T {
        throw (T) failure;
    }

    private static OutOfMemoryError noThread() {
        return new OutOfMemoryError("unable to create native thread (of the test)");
    }

    @Test
    void poolThatWorksGetsEachTaskOnce() {
        execute("a");
        execute("b");
        assertThat(ran).containsExactly("a", "b");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void taskThatThePoolDidNotTakeIsHandedInAgainUntilItDoes() {
        behaviour = throwing(noThread());
        execute("a");
        loop.advance(RETRY.multipliedBy(10));
        assertThat(ran).isEmpty();
        assertThat(handedIn).as("attempts").hasSize(10);
        behaviour = Runnable::run;
        loop.advance(RETRY);
        assertThat(ran).containsExactly("a");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void taskThatThePoolQueuedBeforeItFailedRunsOnce() {
        List<Runnable> queue = new ArrayList<>();
        behaviour = task -> {
            queue.add(task);
            throw noThread();
        };
        execute("a");
        behaviour = Runnable::run;
        loop.advance(RETRY);
        queue.forEach(Runnable::run);
        assertThat(ran).containsExactly("a");
    }

    @Test
    void taskThatThePoolRanBeforeItFailedRunsOnce() {
        behaviour = task -> {
            task.run();
            throw noThread();
        };
        execute("a");
        loop.advance(RETRY.multipliedBy(3));
        assertThat(ran).containsExactly("a");
    }

    @Test
    void tasksThatAreKeptStayInOrderAndShareOneAttempt() {
        behaviour = throwing(new InternalError("of the test"));
        execute("a");
        execute("b");
        execute("c");
        behaviour = Runnable::run;
        loop.advance(RETRY);
        assertThat(ran).containsExactly("a", "b", "c");
        assertThat(handedIn).containsExactly("retry");
    }

    @Test
    void failureOfATaskIsNotOneOfThePool() {
        executor.execute(() -> {
            throw new IllegalStateException("of the test");
        });
        execute("a");
        assertThat(ran).containsExactly("a");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void poolThatWasShutDownIsReplacedByAThread() throws Exception {
        behaviour = throwing(new RejectedExecutionException("of the test"));
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        executor.execute(() -> thread.complete(Thread.currentThread()));
        assertThat(thread.get(20, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void afterTheEndOfTheLoopTheCallersThreadIsTheLastOneLeft() {
        ClientThreads ended = new ClientThreads(null, 2, null);
        ended.close();
        List<Thread> runners = new ArrayList<>();
        new ReliableExecutor(throwing(noThread()), ended.loop(), CallbackPoolTests::startThread)
                .execute(() -> runners.add(Thread.currentThread()));
        assertThat(runners).containsExactly(Thread.currentThread());
    }

    @Test
    void onTheLoopNothingRunsEvenThen() {
        behaviour = throwing(noThread());
        loop.end();
        execute("a");
        assertThat(ran).as("ran on the loop").isEmpty();
        loop.onAnotherThread(() -> {
            executor.runKept();
            return true;
        });
        assertThat(ran).containsExactly("a");
    }
}
