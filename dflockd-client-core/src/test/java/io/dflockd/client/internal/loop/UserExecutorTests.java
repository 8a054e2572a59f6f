package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** Whatever a user's executor does with a task, the task runs once. */
class UserExecutorTests {

    private static final Duration PATIENCE = Duration.ofSeconds(UserExecutor.PATIENCE_SECONDS);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final TestLoop loop = new TestLoop();

    /** What the user's executor has taken. */
    private final Deque<Runnable> taken = new ArrayDeque<>();

    private Executor users = taken::add;

    private final UserExecutor executor =
            new UserExecutor(task -> users.execute(task), loop.loop()::callBack, loop.netty(), 1);

    private final List<String> ran = new CopyOnWriteArrayList<>();

    private void execute(String name) {
        executor.execute(() -> ran.add(name));
        loop.settle();
    }

    @Test
    void taskThatIsBegunAtOnceIsNotWatched() {
        users = Runnable::run;
        execute("a");
        assertThat(ran).containsExactly("a");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void taskThatIsDroppedRunsWhenThePatienceIsOver() {
        users = task -> {};
        execute("a");
        loop.advance(LOOK.multipliedBy(3));
        execute("b");
        loop.advance(PATIENCE.minus(LOOK.multipliedBy(3)));
        assertThat(ran).isEmpty();
        loop.advance(LOOK.multipliedBy(2));
        assertThat(ran).containsExactly("a");
        loop.advance(LOOK.multipliedBy(3));
        assertThat(ran).containsExactly("a", "b");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void taskThatIsBegunLateRunsOnceAndEndsTheWatch() {
        execute("a");
        loop.advance(PATIENCE.minus(LOOK));
        taken.remove().run();
        loop.advance(PATIENCE);
        assertThat(ran).containsExactly("a");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void taskThatIsBegunAfterThePatienceDoesNotRunAgain() {
        execute("a");
        loop.advance(PATIENCE.plus(LOOK.multipliedBy(2)));
        taken.remove().run();
        assertThat(ran).containsExactly("a");
    }

    @Test
    void taskThatIsRejectedRunsAtOnce() {
        users = task -> {
            throw new RejectedExecutionException("of the test");
        };
        execute("a");
        assertThat(ran).containsExactly("a");
        assertThat(loop.isIdle()).isTrue();
    }

    @Test
    void closeRunsWhatIsNotBegunSoonAndWhatComesAfterIt() {
        execute("a");
        execute("b");
        executor.close();
        CompletableFuture<Void> begun = CompletableFuture.runAsync(taken.remove());
        loop.settle();
        begun.join();
        assertThat(ran).containsExactlyInAnyOrder("a", "b");
        execute("c");
        assertThat(ran).containsExactlyInAnyOrder("a", "b", "c");
        while (!taken.isEmpty()) {
            taken.remove().run();
        }
        assertThat(ran).as("once each").hasSize(3);
    }
}
