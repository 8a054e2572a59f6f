package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.RequestTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClientLoopTests {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final TestLoop test = new TestLoop();

    private final ClientLoop loop = test.loop();

    private final List<String> ran = new ArrayList<>();

    private static RuntimeException late() {
        return new RequestTimeoutException("late");
    }

    // --- onto the loop

    @Test
    void executeComesAfterWhatWasHandedInAndRunAtOnce() {
        loop.execute(() -> ran.add("executed"));
        loop.run(() -> ran.add("run"));
        assertThat(ran).containsExactly("run");
        test.settle();
        assertThat(ran).containsExactly("run", "executed");
    }

    @Test
    void runFromAnotherThreadIsHandedIn() {
        Thread runner = test.onAnotherThread(() -> {
            CompletableFuture<Thread> by = new CompletableFuture<>();
            assertThat(loop.run(() -> by.complete(Thread.currentThread()))).isTrue();
            return by.get();
        });
        assertThat(runner).isSameAs(Thread.currentThread());
    }

    @Test
    void callIsCompletedWithWhatItStarted() {
        CompletableFuture<String> started = new CompletableFuture<>();
        CompletableFuture<String> result = loop.call(() -> started);
        test.settle();
        assertThat(result).isNotDone();
        started.complete("done");
        assertThat(result).isCompletedWithValue("done");
    }

    @Test
    void callFailsWithTheCauseAndNotWithItsWrapper() {
        DflockdException cause = new DflockdException("of the test");
        CompletableFuture<String> result =
                loop.call(() -> CompletableFuture.failedFuture(new CompletionException(cause)));
        test.settle();
        assertThat(result.handle((value, failure) -> failure).join()).isSameAs(cause);
    }

    @Test
    void callThatThrowsFails() {
        CompletableFuture<String> result = loop.call(() -> {
            throw new StackOverflowError();
        });
        test.settle();
        assertThatThrownBy(result::join).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void afterRunsAtItsTime() {
        loop.schedule(() -> ran.add("a"), 5 * SECOND);
        test.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(ran).isEmpty();
        test.advance(Duration.ofMillis(10));
        assertThat(ran).containsExactly("a");
    }

    @Test
    void afterTheEndNothingIsTaken() {
        test.end();
        assertThat(loop.execute(() -> ran.add("a"))).isFalse();
        CompletableFuture<String> result = loop.call(() -> new CompletableFuture<>());
        assertThatThrownBy(result::join).hasCauseInstanceOf(ClientClosedException.class);
        assertThat(ran).isEmpty();
    }

    // --- back to the user

    @Test
    void callersViewIsNotCompletedOnTheLoop() {
        CompletableFuture<String> internal = new CompletableFuture<>();
        CompletableFuture<Thread> thread = loop.forCaller(internal).thenApply(value -> Thread.currentThread());
        internal.complete("done");
        test.runLoop();
        assertThat(thread).as("completed on the loop").isNotDone();
        test.settle();
        assertThat(thread.join()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void viewOfWhatIsCompleteAlreadyIsNotCompletedOnTheLoopEither() {
        CompletableFuture<String> view = loop.forCaller(CompletableFuture.completedFuture("done"));
        test.runLoop();
        assertThat(view).isNotDone();
        test.settle();
        assertThat(view).isCompletedWithValue("done");
    }

    @Test
    void completingTheViewLeavesTheOriginalAlone() {
        CompletableFuture<String> internal = new CompletableFuture<>();
        CompletableFuture<String> view = loop.forCaller(internal);
        view.cancel(true);
        assertThat(internal).isNotDone();
        internal.complete("done");
        test.settle();
        assertThat(view).isCancelled();
    }

    @Test
    void callbacksAndLossesAreNotRunOnTheLoop() {
        loop.callBack(() -> ran.add("callback"));
        loop.notifyLoss(() -> ran.add("loss"));
        loop.log(() -> ran.add("line"));
        test.runLoop();
        assertThat(ran).isEmpty();
        test.settle();
        assertThat(ran).containsExactlyInAnyOrder("callback", "loss", "line");
    }

    // --- being closed

    @Test
    void closedClientRefuses() {
        loop.requireOpen();
        assertThat(loop.isClosed()).isFalse();
        test.close();
        assertThat(loop.isClosed()).isTrue();
        assertThatThrownBy(loop::requireOpen).isInstanceOf(ClientClosedException.class);
    }

    // --- waiting

    @Test
    void waitingOnTheLoopIsRefusedAtOnce() {
        CompletableFuture<String> done = CompletableFuture.completedFuture("done");
        assertThatIllegalStateException()
                .isThrownBy(() -> loop.await(done, SECOND, ClientLoopTests::late))
                .withMessageContaining("event loop");
        assertThatIllegalStateException().isThrownBy(() -> loop.awaitUninterruptibly(done, SECOND));
        assertThatIllegalStateException().isThrownBy(loop::requireOtherThread);
        test.onAnotherThread(() -> {
            loop.requireOtherThread();
            return true;
        });
    }

    private String await(CompletableFuture<String> future, long nanos) {
        return test.onAnotherThread(() -> loop.await(future, nanos, ClientLoopTests::late));
    }

    @Test
    void awaitGivesTheValueOrThrowsWhatWentWrong() {
        assertThat(await(CompletableFuture.completedFuture("done"), SECOND)).isEqualTo("done");
        for (Throwable cause : List.of(new DflockdException("of the test"), new StackOverflowError())) {
            assertThatThrownBy(() -> await(CompletableFuture.failedFuture(cause), SECOND))
                    .hasCause(cause);
        }
        IOException checked = new IOException("of the test");
        assertThatThrownBy(() -> await(CompletableFuture.failedFuture(checked), SECOND))
                .hasCauseInstanceOf(DflockdException.class)
                .hasRootCause(checked);
        assertThatThrownBy(() -> await(new CompletableFuture<>(), 0)).hasCauseInstanceOf(RequestTimeoutException.class);
    }

    @Test
    void interruptEndsAnAwait() {
        assertThatThrownBy(() -> test.onAnotherThread(() -> {
                    Thread.currentThread().interrupt();
                    return loop.await(new CompletableFuture<>(), 60 * SECOND, ClientLoopTests::late);
                }))
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void interruptEndsNoUninterruptibleAwaitAndIsKept() {
        class Interrupted extends CompletableFuture<String> {
            private int gets;

            @Override
            public String get(long timeout, TimeUnit unit) throws InterruptedException {
                if (gets++ == 0) {
                    throw new InterruptedException();
                }
                return "done";
            }
        }
        Interrupted future = new Interrupted();
        boolean kept = test.onAnotherThread(() -> loop.awaitUninterruptibly(future, SECOND) && Thread.interrupted());
        assertThat(kept).isTrue();
        assertThat(future.gets).isEqualTo(2);
    }

    @Test
    void uninterruptibleAwaitTellsAFailureFromALateAnswer() {
        assertThat(test.onAnotherThread(
                        () -> loop.awaitUninterruptibly(CompletableFuture.failedFuture(new IOException()), SECOND)))
                .isTrue();
        assertThat(test.onAnotherThread(() -> loop.awaitUninterruptibly(new CompletableFuture<>(), 0)))
                .isFalse();
    }
}
