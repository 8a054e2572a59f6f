package io.dflockd.client.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.ServerAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListenerNotifierTests {

    private static final int MAX_BACKLOG = 100_000;

    private final Deque<Runnable> queue = new ArrayDeque<>();

    private final List<Integer> seen = new ArrayList<>();

    private final Listener listener = new Listener();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE);

    private final ListenerNotifier notifier = new ListenerNotifier(List.of(listener), queue::add, clock::get);

    private class Listener implements DflockdClientListener {

        @Override
        public void connected(ServerAddress server, boolean reconnect) {
            seen.add(server.port());
        }
    }

    private void report(int number) {
        report(notifier, number);
    }

    private static void report(ListenerNotifier to, int number) {
        ServerAddress server = new ServerAddress("s", number);
        to.accept(each -> each.connected(server, false));
    }

    private void runAll() {
        Runnable task;
        while ((task = queue.poll()) != null) {
            task.run();
        }
    }

    @Test
    void eventsComeInOrderInOneTaskAndNotAtOnce() {
        IntStream.rangeClosed(1, 100).forEach(this::report);
        assertThat(seen).as("told on the thread that reports").isEmpty();
        assertThat(queue).as("tasks").hasSize(1);
        runAll();
        assertThat(seen).isEqualTo(IntStream.rangeClosed(1, 100).boxed().toList());
    }

    @Test
    void everyListenerGetsEachEventBeforeTheNext() {
        List<String> order = new ArrayList<>();
        class Named implements DflockdClientListener {
            private final String name;

            Named(String name) {
                this.name = name;
            }

            @Override
            public void connected(ServerAddress server, boolean reconnect) {
                order.add(name + server.port());
            }
        }
        ListenerNotifier two = new ListenerNotifier(List.of(new Named("a"), new Named("b")), queue::add, clock::get);
        report(two, 1);
        report(two, 2);
        runAll();
        assertThat(order).containsExactly("a1", "b1", "a2", "b2");
    }

    @Test
    void eventThatIsReportedByAListenerFollowsInTheSameTask() {
        notifier.accept(each -> report(2));
        report(1);
        queue.remove().run();
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void listenerThatThrowsMissesNothingAndHarmsNobody() {
        notifier.accept(each -> {
            throw new StackOverflowError();
        });
        report(1);
        runAll();
        assertThat(seen).containsExactly(1);
        report(2);
        runAll();
        assertThat(seen).containsExactly(1, 2);
    }

    @Test
    void backlogIsBoundedAndEventsComeAgainAfterIt() {
        for (int i = 0; i < MAX_BACKLOG + 50; i++) {
            report(1);
        }
        runAll();
        assertThat(seen).as("delivered").hasSize(MAX_BACKLOG);
        seen.clear();
        report(2);
        runAll();
        assertThat(seen).containsExactly(2);
    }

    @Test
    void withoutListenersNothingIsQueued() {
        ListenerNotifier nobody = new ListenerNotifier(List.of(), queue::add, clock::get);
        report(nobody, 1);
        assertThat(nobody.isUsed()).isFalse();
        assertThat(queue).isEmpty();
    }

    @Test
    void logLinesThatNobodyWritesAreBounded() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            notifier.log(() -> lines.add("line"));
        }
        runAll();
        assertThat(lines).hasSize(1_000);
        notifier.log(() -> lines.add("again"));
        runAll();
        assertThat(lines).last().isEqualTo("again");
    }

    @Test
    void logLineIsNotHeldUpByTheEventsThatWait() {
        List<String> order = new ArrayList<>();
        notifier.accept(each -> {
            order.add("slow event");
            notifier.log(() -> order.add("line"));
        });
        notifier.accept(each -> order.add("event"));
        runAll();
        assertThat(order).containsExactly("slow event", "line", "event");
    }

    @Test
    void logLineThatFailsHarmsNeitherEventsNorLines() {
        List<String> lines = new ArrayList<>();
        notifier.log(() -> {
            throw new StackOverflowError();
        });
        notifier.log(() -> lines.add("line"));
        report(1);
        runAll();
        assertThat(lines).containsExactly("line");
        assertThat(seen).containsExactly(1);
    }

    @Test
    void slowListenerKeepsItsThreadOnlyForAWhileAfterTheClose() {
        for (int i = 1; i <= 100; i++) {
            int number = i;
            notifier.accept(each -> {
                seen.add(number);
                clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
            });
        }
        notifier.close();
        runAll();
        assertThat(seen).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void backlogOfAnOpenClientIsToldHoweverLongItTakes() {
        for (int i = 1; i <= 100; i++) {
            int number = i;
            notifier.accept(each -> {
                seen.add(number);
                clock.addAndGet(TimeUnit.HOURS.toNanos(1));
            });
        }
        runAll();
        assertThat(seen).hasSize(100);
    }

    @Test
    void errorOfTheExecutorSilencesNoLaterEvent() {
        TestLoop loop = new TestLoop();
        Deque<Error> failures = new ArrayDeque<>(List.of(new OutOfMemoryError("of the test"), new InternalError()));
        Executor pool = task -> {
            Error failure = failures.poll();
            if (failure != null) {
                throw failure;
            }
            task.run();
        };
        ListenerNotifier unlucky = new ListenerNotifier(
                List.of(listener),
                new ReliableExecutor(pool, loop.netty(), CallbackPoolTests::startThread),
                clock::get);
        report(unlucky, 1);
        report(unlucky, 2);
        loop.advance(Duration.ofSeconds(1));
        report(unlucky, 3);
        assertThat(seen).containsExactly(1, 2, 3);
    }
}
