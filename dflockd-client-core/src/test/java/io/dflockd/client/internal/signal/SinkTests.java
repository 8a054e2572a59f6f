package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.net.ServerEnd;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The two sinks, with executors that do what the test says. */
@Timeout(20)
class SinkTests {

    private static final class Owner implements Sink.Owner {

        final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void emptied() {
            told.add("emptied");
        }

        @Override
        public void handlerFailed(Signal signal, Throwable cause) {
            told.add("failed " + signal.payload());
        }
    }

    private final Owner owner = new Owner();

    /** The client's threads: tasks run when the test says so. */
    private final Deque<Runnable> clients = new ArrayDeque<>();

    private final Deque<Runnable> later = new ArrayDeque<>();

    private final List<String> handled = new CopyOnWriteArrayList<>();

    private SignalHandler handler = signal -> handled.add(signal.payload());

    private boolean clientClosed;

    private static Signal signal(int payload) {
        return new Signal("c", Integer.toString(payload), ServerEnd.ADDRESS);
    }

    private HandlerSink sink(int concurrency, long requested, Executor users) {
        return new HandlerSink(
                SubscriptionOptions.defaults(),
                concurrency,
                requested,
                owner,
                signal -> handler.handle(signal),
                new HandlerExecutor(clients::add, users, task -> !clientClosed && later.add(task)),
                () -> handled.add("closed"));
    }

    private void offer(Sink sink, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(sink.offer(signal(i))).isZero();
        }
        sink.wake();
    }

    private void run() {
        Runnable task;
        while ((task = clients.poll()) != null) {
            task.run();
        }
    }

    private static String[] numbers(int to) {
        String[] numbers = new String[to];
        for (int i = 0; i < to; i++) {
            numbers[i] = Integer.toString(i);
        }
        return numbers;
    }

    @Test
    void handlesInOrderAndGivesTheThreadBackNowAndThen() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        offer(sink, 0, 200);
        assertThat(clients).hasSize(1);
        clients.remove().run();
        assertThat(handled).hasSize(64);
        assertThat(clients).hasSize(1);
        assertThat(sink.isIdle()).isFalse();
        run();
        assertThat(handled).containsExactly(numbers(200));
        assertThat(sink.isIdle()).isTrue();
        assertThat(owner.told).containsExactly("emptied");
    }

    @Test
    void secondWakeUpStartsNoSecondTurn() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        offer(sink, 0, 3);
        sink.wake();
        assertThat(clients).hasSize(1);
    }

    @Test
    void asManyTurnsAsAreAllowedRunAtATime() {
        HandlerSink sink = sink(3, Long.MAX_VALUE, null);
        handler = signal -> {
            handled.add(signal.payload());
            // The others start while this one runs.
            assertThat(clients.size()).isLessThanOrEqualTo(2);
        };
        offer(sink, 0, 10);
        run();
        assertThat(handled).hasSize(10);
        assertThat(owner.told).containsExactly("emptied");
    }

    @Test
    void handsOutAsManyAsWereRequested() {
        HandlerSink sink = sink(1, 0, null);
        offer(sink, 0, 5);
        run();
        assertThat(handled).isEmpty();
        sink.request(2);
        run();
        assertThat(handled).containsExactly("0", "1");
        sink.request(Long.MAX_VALUE);
        sink.request(Long.MAX_VALUE);
        run();
        assertThat(handled).containsExactly(numbers(5));
    }

    @Test
    void executorThatRunsInPlaceNeitherNestsNorLosesATurn() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, Runnable::run);
        int[] deepest = new int[1];
        handler = signal -> {
            handled.add(signal.payload());
            deepest[0] = Math.max(deepest[0], new Throwable().getStackTrace().length);
        };
        offer(sink, 0, 60);
        assertThat(handled).as("not on the thread that wakes").isEmpty();
        run();
        int first = deepest[0];
        offer(sink, 60, 4000);
        run();
        assertThat(handled).containsExactly(numbers(4000));
        assertThat(deepest[0]).isLessThanOrEqualTo(first + 5);
    }

    @Test
    void nextTurnOnTheSameThreadIsNotTakenForOneInPlace() {
        Deque<Runnable> users = new ArrayDeque<>();
        HandlerSink sink = sink(1, Long.MAX_VALUE, users::add);
        offer(sink, 0, 200);
        run();
        Runnable task;
        while ((task = users.poll()) != null) {
            task.run();
        }
        assertThat(handled).containsExactly(numbers(200));
    }

    @Test
    void executorThatFailsAfterItHasQueuedRunsEachSignalOnce() {
        Deque<Runnable> users = new ArrayDeque<>();
        HandlerSink sink = sink(1, Long.MAX_VALUE, task -> {
            users.add(task);
            throw new OutOfMemoryError("unable to create native thread, as it were");
        });
        offer(sink, 0, 3);
        run();
        assertThat(users).hasSize(1);
        // The task that the executor has in spite of its failure must do nothing: another one takes its place.
        users.remove().run();
        assertThat(handled).isEmpty();
        assertThat(later).hasSize(1);
        later.remove().run();
        run();
        users.remove().run();
        assertThat(handled).isEmpty();
        assertThat(later).hasSize(1);
    }

    @Test
    void turnThatAFailingExecutorHasRunIsNotRepeated() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, task -> {
            task.run();
            throw new IllegalStateException("after it has run");
        });
        offer(sink, 0, 200);
        run();
        assertThat(handled).containsExactly(numbers(200));
        assertThat(later).isEmpty();
        assertThat(sink.isIdle()).isTrue();
    }

    @Test
    void executorThatRefusesFromTheSecondTurnOnDoesNotLoseItsThread() {
        int[] calls = new int[1];
        HandlerSink sink = sink(1, Long.MAX_VALUE, task -> {
            if (calls[0]++ > 0) {
                throw new RejectedExecutionException("shut down");
            }
            task.run();
        });
        offer(sink, 0, 200);
        run();
        assertThat(handled).containsExactly(numbers(200));
    }

    @Test
    void endedSinkWithoutSignalsDoesNotWaitForAnExecutorThatRefuses() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, task -> {
            throw new RejectedExecutionException("shut down");
        });
        CompletableFuture<Void> drained = sink.end();
        assertThat(drained).isDone();
        sink.event(new Sink.Event(() -> handled.add("event")));
        run();
        assertThat(later).isEmpty();
        assertThat(sink.end()).isDone();
    }

    @Test
    void lastEventRunsEvenIfTheExecutorIsGone() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, task -> {
            throw new RejectedExecutionException("shut down");
        });
        clientClosed = true;
        offer(sink, 0, 3);
        assertThat(sink.clientClosed()).isEqualTo(3);
        run();
        assertThat(handled).containsExactly("closed");
    }

    @Test
    void drainEndsWhenTheLastSignalHasBeenHandled() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        handler = signal -> assertThat(sink.end()).isNotDone();
        offer(sink, 0, 2);
        CompletableFuture<Void> drained = sink.end();
        assertThat(drained).isNotDone();
        assertThat(sink.offer(signal(9))).isEqualTo(1);
        run();
        assertThat(drained).isDone();
    }

    @Test
    void discardDropsWhatWaitsAndLetsTheHandlerRunToItsEnd() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        List<Integer> dropped = new ArrayList<>();
        handler = signal -> {
            handled.add(signal.payload());
            dropped.add(sink.discard());
            assertThat(sink.end()).isNotDone();
        };
        offer(sink, 0, 3);
        run();
        assertThat(handled).containsExactly("0");
        assertThat(dropped).containsExactly(2);
        assertThat(sink.end()).isDone();
    }

    @Test
    void knowsTheThreadsOnWhichItHandles() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        List<Boolean> inside = new ArrayList<>();
        handler = signal -> inside.add(sink.isHandlingOnThisThread());
        assertThat(sink.isHandlingOnThisThread()).isFalse();
        offer(sink, 0, 200);
        sink.event(new Sink.Event(() -> inside.add(sink.isHandlingOnThisThread())));
        run();
        assertThat(inside).hasSize(201).containsOnly(true);
        assertThat(sink.isHandlingOnThisThread()).isFalse();
    }

    @Test
    void whateverAHandlerThrowsTheNextSignalComes() {
        HandlerSink sink = sink(1, Long.MAX_VALUE, null);
        handler = signal -> {
            Thread.currentThread().interrupt();
            if (signal.payload().equals("0")) {
                throw new StackOverflowError("as it were");
            }
            handled.add(signal.payload());
        };
        offer(sink, 0, 2);
        run();
        assertThat(owner.told).containsExactly("failed 0", "emptied");
        assertThat(handled).containsExactly("1");
        assertThat(Thread.interrupted()).isFalse();
    }

    private PullSink pull() {
        return new PullSink(
                SubscriptionOptions.defaults().withBuffer(2, OverflowPolicy.DROP_OLDEST), owner, sink(1, 0, null));
    }

    @Test
    void takenSignalsComeInOrder() throws Exception {
        PullSink sink = pull();
        offer(sink, 0, 2);
        assertThat(sink.offer(signal(2))).isEqualTo(1);
        assertThat(sink.buffered()).isEqualTo(2);
        assertThat(sink.poll(Long.MAX_VALUE)).extracting(Signal::payload).isEqualTo("1");
        assertThat(owner.told).isEmpty();
        assertThat(sink.poll(0)).extracting(Signal::payload).isEqualTo("2");
        assertThat(owner.told).containsExactly("emptied");
        assertThat(sink.poll(1)).isNull();
    }

    @Test
    void takerIsWokenByASignalAndByTheEnd() throws Exception {
        PullSink sink = pull();
        CompletableFuture<String> taken = CompletableFuture.supplyAsync(() -> {
            try {
                Signal first = sink.poll(Long.MAX_VALUE);
                return first.payload() + sink.poll(Long.MAX_VALUE);
            } catch (InterruptedException ex) {
                return "interrupted";
            }
        });
        offer(sink, 0, 1);
        assertThat(sink.end()).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(taken).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo("0null");
    }

    @Test
    void closedClientLeavesWhatHasArrivedToTheCaller() throws Exception {
        PullSink sink = pull();
        offer(sink, 0, 1);
        assertThat(sink.clientClosed()).isZero();
        assertThat(sink.end()).isNotDone();
        assertThat(sink.poll(Long.MAX_VALUE)).isNotNull();
        assertThat(sink.poll(Long.MAX_VALUE)).isNull();
        assertThat(sink.end()).isDone();
    }

    @Test
    void discardedSignalsAreGone() throws Exception {
        PullSink sink = pull();
        offer(sink, 0, 2);
        assertThat(sink.discard()).isEqualTo(2);
        assertThat(sink.poll(Long.MAX_VALUE)).isNull();
        assertThat(sink.end()).isDone();
    }

    @Test
    void eventsOfATakingCallerRunElsewhere() {
        PullSink sink = pull();
        sink.event(new Sink.Event(() -> handled.add("event " + sink.isHandlingOnThisThread())));
        run();
        assertThat(handled).containsExactly("event true");
    }
}
