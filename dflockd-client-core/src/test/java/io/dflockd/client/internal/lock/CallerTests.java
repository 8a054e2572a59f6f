package io.dflockd.client.internal.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.internal.net.ServerEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How the outcome of a request gets to its caller, once. */
class CallerTests {

    private static final long LONG = TimeUnit.SECONDS.toNanos(20);

    private final LockKit kit = new LockKit();

    private final ServerEnd session = kit.session();

    private final Request request = new Request();

    private static final class Request implements Caller.Request {

        private @Nullable DflockdException why;

        private final List<String> left = new ArrayList<>();

        @Override
        public @Nullable DflockdException whyNotGranted() {
            return why;
        }

        @Override
        public void callerLeft(boolean busy) {
            left.add(busy ? "busy" : "left");
        }
    }

    private static Caller<Optional<LockHandle>> blocking() {
        return Caller.blocking(Optional::of, Optional::empty);
    }

    private Holding holding() {
        LockHandle handle = kit.acquire(session, kit.spec(), "ok t0 20");
        List<Holding> all = new ArrayList<>();
        kit.server.ownedBySession(session.connection()).forEach(all::add);
        assertThat(handle.isHeld()).isTrue();
        return all.get(0);
    }

    // --- a caller that blocks

    @Test
    void blockedCallerGetsTheOutcome() throws Exception {
        Caller<Optional<LockHandle>> granted = blocking();
        granted.granted(holding());
        assertThat(granted.await(0, request)).isPresent();
        Caller<Optional<LockHandle>> busy = blocking();
        busy.busy();
        assertThat(busy.await(0, request)).isEmpty();
        assertThat(request.left).isEmpty();
    }

    @Test
    void blockedCallerIsWokenByTheLoop() {
        Caller<Optional<LockHandle>> caller = blocking();
        kit.loop.loop().schedule(caller::busy, 1);
        kit.loop.advance(LockKit.TICK);
        assertThat(kit.loop.onAnotherThread(() -> caller.await(LONG, request))).isEmpty();
    }

    @Test
    void blockedCallerThrowsTheFailureAsItsOwn() {
        DflockdException failure = new DflockdException("of the test");
        for (int i = 0; i < 2; i++) {
            Caller<Optional<LockHandle>> caller = blocking();
            caller.failed(failure);
            assertIsOwn(failure, () -> caller.await(0, request));
        }
    }

    private static void assertIsOwn(Throwable failure, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isNotSameAs(failure)
                .isExactlyInstanceOf(failure.getClass())
                .hasMessage(failure.getMessage());
    }

    @Test
    void blockedCallerThrowsAnErrorItself() {
        Error failure = new StackOverflowError();
        Caller<Optional<LockHandle>> caller = blocking();
        caller.failed(failure);
        assertThatThrownBy(() -> caller.await(0, request)).isSameAs(failure);
    }

    @Test
    void futureOfACallerFailsWithAFailureOfItsOwn() {
        DflockdException failure = new DflockdException("of the test");
        Caller<Optional<LockHandle>> caller = Caller.async(Optional::of, Optional::empty, kit.loop.loop());
        caller.failed(failure);
        kit.loop.settle();
        assertThat(caller.future()).isCompletedExceptionally();
        assertIsOwn(failure, () -> {
            throw caller.future().handle((granted, thrown) -> thrown).join();
        });
    }

    @Test
    void busyMayBeAnException() {
        Caller<LockHandle> caller = Caller.blocking(Function.identity(), () -> {
            throw new LockTimeoutException("of the test");
        });
        caller.busy();
        assertThatThrownBy(() -> caller.await(0, request)).isInstanceOf(LockTimeoutException.class);
    }

    @Test
    void timeThatIsOverIsBusyUnlessThereIsAReason() throws Exception {
        assertThat(blocking().await(0, request)).isEmpty();
        request.why = new DflockdException("of the test");
        Caller<Optional<LockHandle>> unlucky = blocking();
        assertIsOwn(request.why, () -> unlucky.await(0, request));
        assertThat(request.left).containsExactly("busy", "left");
    }

    @Test
    void outcomeAfterTheTimeIsOverIsReleased() throws Exception {
        Caller<Optional<LockHandle>> caller = blocking();
        caller.await(0, request);
        caller.granted(holding());
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void interruptWithdrawsTheRequest() {
        Caller<Optional<LockHandle>> caller = blocking();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> caller.await(LONG, request)).isInstanceOf(InterruptedException.class);
        assertThat(request.left).containsExactly("left");
    }

    @Test
    void outcomeThatIsThereIsNotThrownAwayForAnInterrupt() throws Exception {
        Caller<Optional<LockHandle>> caller = blocking();
        caller.granted(holding());
        Thread.currentThread().interrupt();
        assertThat(caller.await(LONG, request)).isPresent();
        assertThat(Thread.interrupted()).as("interrupted").isTrue();
    }

    @Test
    void grantThatComesWhileTheCallerFailsIsReleased() {
        Caller<Optional<LockHandle>> caller = blocking();
        Holding holding = holding();
        StackOverflowError failure = new StackOverflowError();
        Caller.Request overtaken = new Caller.Request() {
            @Override
            public @Nullable DflockdException whyNotGranted() {
                caller.granted(holding);
                throw failure;
            }

            @Override
            public void callerLeft(boolean busy) {
                throw new AssertionError("it has its outcome");
            }
        };
        assertThatThrownBy(() -> caller.await(0, overtaken)).isSameAs(failure);
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void requestThatCouldNotBeHandedInFails() {
        Caller<Optional<LockHandle>> caller = blocking();
        OutOfMemoryError noThread = new OutOfMemoryError("of the test");
        caller.notStarted(noThread);
        assertThat(caller.isDone()).isTrue();
        assertThatThrownBy(() -> caller.await(0, request)).isSameAs(noThread);
    }

    // --- a caller with a future

    @Test
    void futureIsCompletedAsUserCode() {
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        CompletableFuture<Thread> thread = caller.future().thenApply(handle -> Thread.currentThread());
        caller.granted(holding());
        assertThat(caller.isAsync()).isTrue();
        assertThat(caller.isDone()).as("on the loop").isFalse();
        kit.loop.settle();
        assertThat(thread.join()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void grantForAFutureThatIsCompleteIsReleased() {
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        caller.granted(holding());
        caller.future().complete(Optional.empty());
        assertThat(session.requests()).contains("r k t0");
    }

    @Test
    void whatTheMappingThrowsFailsTheFuture() {
        Caller<LockHandle> caller = Caller.async(
                handle -> {
                    throw new StackOverflowError();
                },
                () -> null,
                kit.loop.loop());
        caller.granted(holding());
        kit.loop.settle();
        assertThatThrownBy(() -> caller.future().join()).hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void completionOfTheFutureIsNoticed() {
        List<String> noticed = new ArrayList<>();
        Caller<Optional<LockHandle>> caller = kit.asyncCaller();
        caller.whenCompleted(() -> noticed.add("completed"));
        caller.future().cancel(true);
        assertThat(noticed).containsExactly("completed");
    }
}
