package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static io.dflockd.client.TestServers.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How signals that have arrived reach handlers: order, threads, buffers, failures. */
@Timeout(60)
@ServerWithSignals
class SignalDeliveryIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    @Test
    void tenThousandNumberedSignalsArriveInOrder() throws Exception {
        DflockdClient client = servers.client(settings -> settings.signalThreads(2));
        int count = 10_000;
        List<Integer> numbers = Collections.synchronizedList(new ArrayList<>(count));
        AtomicInteger atATime = new AtomicInteger();
        Set<Integer> most = ConcurrentHashMap.newKeySet();
        Set<String> threads = ConcurrentHashMap.newKeySet();
        ready(client.signals().subscribe("n.>", signal -> {
            most.add(atATime.incrementAndGet());
            threads.add(Thread.currentThread().getName());
            numbers.add(Integer.parseInt(signal.payload()));
            atATime.decrementAndGet();
        }));
        for (int i = 0; i < count; i++) {
            assertThat(client.signals().emit("n." + i % 7, Integer.toString(i))).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> numbers.size() == count);
        assertThat(numbers)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThat(most).containsExactly(1);
        assertThat(threads).allMatch(name -> name.startsWith("dflockd-signal-")).hasSizeLessThan(20);
    }

    @Test
    void fiveHundredSubscriptionsShareAConnectionAndFewThreads() throws Exception {
        TestServer server = servers.start();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).signalThreads(3));
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        AtomicInteger handled = new AtomicInteger();
        List<SignalSubscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            subscriptions.add(client.signals().subscribe(i % 2 == 0 ? "t.*" : "t." + i, signal -> {
                threads.add(Thread.currentThread());
                handled.incrementAndGet();
            }));
        }
        for (SignalSubscription subscription : subscriptions) {
            ready(subscription);
        }
        for (int round = 0; round < 20; round++) {
            assertThat(client.signals().emit("t.1", "x")).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> handled.get() == 20 * 251);
        assertThat(threads.stream().filter(Thread::isAlive)).hasSizeLessThanOrEqualTo(3);
        assertThat(threads).allMatch(Thread::isDaemon);
        assertThat(server.view().connections()).hasSize(2);
    }

    @Test
    void noThreadStaysWhenNothingIsHandled() throws Exception {
        DflockdClient client = servers.client();
        Set<Thread> threads = new HashSet<>();
        CountDownLatch handled = new CountDownLatch(1);
        ready(client.signals().subscribe("c", signal -> {
            threads.add(Thread.currentThread());
            handled.countDown();
        }));
        client.signals().emit("c", "x");
        assertThat(handled.await(10, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    @Test
    void failuresAndErrorsOfAHandlerAreToldAndTheNextSignalStillComes() throws Exception {
        DflockdClient client = servers.client();
        List<String> handled = new CopyOnWriteArrayList<>();
        List<String> failures = new CopyOnWriteArrayList<>();
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void handlerFailed(Signal signal, Throwable cause) {
                failures.add(signal.payload() + " " + cause.getClass().getSimpleName());
                throw new IllegalStateException("the listener fails as well");
            }
        };
        ready(client.signals().subscribe("c", SubscriptionOptions.defaults().withListener(listener), signal -> {
            switch (signal.payload()) {
                case "1" -> throw new java.io.IOException("checked");
                case "2" -> throw new AssertionError("error");
                case "3" -> overflowTheStack(0);
                case "4" -> throw new InterruptedException("interrupted");
                default -> handled.add(signal.payload());
            }
        }));
        for (int i = 1; i <= 5; i++) {
            client.signals().emit("c", Integer.toString(i));
        }
        await().atMost(SOON).until(() -> handled.contains("5"));
        assertThat(failures)
                .containsExactly("1 IOException", "2 AssertionError", "3 StackOverflowError", "4 InterruptedException");
    }

    @Test
    void interruptThatAHandlerLeavesBehindStrikesNobody() throws Exception {
        DflockdClient client = servers.client(settings -> settings.signalThreads(1));
        List<String> handled = new CopyOnWriteArrayList<>();
        ready(client.signals().subscribe("c", signal -> {
            handled.add(signal.payload() + " " + Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        }));
        client.signals().emit("c", "1");
        client.signals().emit("c", "2");
        await().atMost(SOON).until(() -> handled.size() == 2);
        assertThat(handled).containsExactly("1 false", "2 false");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int overflowTheStack(int depth) {
        return overflowTheStack(depth + 1) + 1;
    }

    @Test
    void slowHandlerDoesNotSlowAnother() throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch blocked = new CountDownLatch(1);
        AtomicInteger fast = new AtomicInteger();
        SignalSubscription slow = ready(client.signals().subscribe("c", signal -> blocked.await()));
        ready(client.signals().subscribe("c", signal -> fast.incrementAndGet()));
        for (int i = 0; i < 1000; i++) {
            client.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> fast.get() == 1000);
        await().atMost(SOON).until(() -> slow.buffered() == 999);
        blocked.countDown();
        await().atMost(SOON).until(() -> slow.buffered() == 0);
    }

    private List<String> overflow(OverflowPolicy policy, List<Long> told) throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        List<String> handled = new CopyOnWriteArrayList<>();
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void dropped(long count) {
                told.add(count);
            }
        };
        SubscriptionOptions options =
                SubscriptionOptions.defaults().withBuffer(3, policy).withListener(listener);
        SignalSubscription subscription = ready(client.signals().subscribe("c", options, signal -> {
            started.countDown();
            blocked.await();
            handled.add(signal.payload());
        }));
        client.signals().emit("c", "0");
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i <= 8; i++) {
            client.signals().emit("c", Integer.toString(i));
        }
        await().atMost(SOON).until(() -> subscription.received() == 9 && subscription.dropped() == 5);
        blocked.countDown();
        await().atMost(SOON).until(() -> handled.size() == 4 && !told.isEmpty());
        client.signals().emit("c", "end");
        await().atMost(SOON).until(() -> handled.contains("end"));
        return handled;
    }

    @Test
    void fullBufferDropsTheOldest() throws Exception {
        List<Long> told = new CopyOnWriteArrayList<>();
        assertThat(overflow(OverflowPolicy.DROP_OLDEST, told)).containsExactly("0", "6", "7", "8", "end");
        assertThat(told).containsExactly(5L);
    }

    @Test
    void fullBufferDropsTheNewest() throws Exception {
        List<Long> told = new CopyOnWriteArrayList<>();
        assertThat(overflow(OverflowPolicy.DROP_NEWEST, told)).containsExactly("0", "1", "2", "3", "end");
        assertThat(told).containsExactly(5L);
    }

    @Test
    void fullBufferLeavesTheServerAndSubscribesAgain() throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        List<String> story = new CopyOnWriteArrayList<>();
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void disconnected(ServerAddress server, DflockdException cause) {
                story.add("left");
            }

            @Override
            public void gap(ServerAddress server, GapReason reason) {
                story.add(reason.name());
            }
        };
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withGroup("g")
                .withBuffer(2, OverflowPolicy.RESUBSCRIBE)
                .withListener(listener);
        SignalSubscription subscription = ready(client.signals().subscribe("c", options, signal -> {
            started.countDown();
            blocked.await();
            story.add(signal.payload());
        }));
        client.signals().emit("c", "0");
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i <= 3; i++) {
            client.signals().emit("c", Integer.toString(i));
        }
        await().atMost(SOON).until(() -> client.signals().emit("c", "to nobody") == 0);
        assertThat(subscription.isConnected()).isFalse();
        long dropped = subscription.dropped();
        assertThat(dropped).isPositive();
        blocked.countDown();
        await().atMost(SOON).until(subscription::isConnected);
        assertThat(client.signals().emit("c", "end")).isEqualTo(1);
        await().atMost(SOON).until(() -> story.contains("end"));
        assertThat(story).containsExactly("0", "1", "2", "left", "OVERFLOWED", "end");
        assertThat(subscription.dropped()).isEqualTo(dropped);
    }

    @Test
    void severalAtATimeIfAskedFor() throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch three = new CountDownLatch(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ready(client.signals().subscribe("c", SubscriptionOptions.defaults().withConcurrency(3), signal -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            three.countDown();
            three.await();
            running.decrementAndGet();
            done.incrementAndGet();
        }));
        for (int i = 0; i < 30; i++) {
            client.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> done.get() == 30);
        assertThat(most.get()).isEqualTo(3);
    }

    /** A read that brings many signals is one wake-up. */
    @Test
    void signalsThatAreReadTogetherAreHandledSeveralAtATime() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = servers.client(relay);
        DflockdClient emitter = servers.client(server);
        CountDownLatch five = new CountDownLatch(5);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ready(client.signals().subscribe("c", SubscriptionOptions.defaults().withConcurrency(5), signal -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            five.countDown();
            five.await();
            running.decrementAndGet();
            done.incrementAndGet();
        }));
        relay.silence();
        for (int i = 0; i < 20; i++) {
            assertThat(emitter.signals().emit("c", "x")).isEqualTo(1);
        }
        relay.resume();
        try {
            assertThat(five.await(10, TimeUnit.SECONDS)).as("five inside").isTrue();
        } finally {
            for (int i = 0; i < 5; i++) {
                five.countDown();
            }
        }
        await().atMost(SOON).until(() -> done.get() == 20);
        assertThat(most.get()).isEqualTo(5);
    }

    @Test
    void closeWithTimeHandlesWhatHasArrived() throws Exception {
        DflockdClient client = servers.client();
        Semaphore permits = new Semaphore(0);
        AtomicInteger handled = new AtomicInteger();
        SignalSubscription subscription = ready(client.signals().subscribe("c", signal -> {
            permits.acquire();
            handled.incrementAndGet();
        }));
        for (int i = 0; i < 10; i++) {
            client.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> subscription.received() == 10);
        permits.release(10);
        assertThat(subscription.close(SOON)).isTrue();
        assertThat(handled.get()).isEqualTo(10);
        assertThat(subscription.dropped()).isZero();
        assertThat(client.signals().emit("c", "x")).isZero();

        SignalSubscription stuck = ready(client.signals().subscribe("c", signal -> {
            permits.acquire();
            handled.incrementAndGet();
        }));
        for (int i = 0; i < 3; i++) {
            client.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> stuck.buffered() == 2);
        assertThat(stuck.close(Duration.ofMillis(50))).isFalse();
        assertThat(stuck.dropped()).isEqualTo(2);
        permits.release(10);
        await().atMost(SOON).until(() -> handled.get() == 11);
    }

    @Test
    void closeWithoutWaitingTellsWhenAllWasHandled() throws Exception {
        DflockdClient client = servers.client();
        Semaphore permits = new Semaphore(0);
        AtomicInteger handled = new AtomicInteger();
        SignalHandler handler = signal -> {
            permits.acquire();
            handled.incrementAndGet();
        };
        SignalSubscription done = ready(client.signals().subscribe("c", handler));
        for (int i = 0; i < 3; i++) {
            client.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> done.received() == 3);
        CompletableFuture<Boolean> closed = done.closeAsync(SOON);
        assertThat(closed).isNotDone();
        permits.release(3);
        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handled.get()).isEqualTo(3);
        assertThat(done.closeAsync(SOON).get(10, TimeUnit.SECONDS)).isTrue();

        SignalSubscription stuck = ready(client.signals().subscribe("c", handler));
        client.signals().emit("c", "x");
        await().atMost(SOON).until(() -> stuck.received() == 1);
        assertThat(stuck.closeAsync(Duration.ofMillis(50)).get(10, TimeUnit.SECONDS))
                .isFalse();
        permits.release();
    }

    @Test
    void executorThatRefusesForAWhileLosesNothing() throws Exception {
        DflockdClient client = servers.client();
        AtomicInteger refusals = new AtomicInteger(3);
        ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();
        SubscriptionOptions options = SubscriptionOptions.defaults().withExecutor(task -> {
            if (refusals.getAndDecrement() > 0) {
                throw new RejectedExecutionException("full");
            }
            new Thread(task).start();
        });
        ready(client.signals().subscribe("c", options, signal -> handled.add(signal.payload())));
        client.signals().emit("c", "1");
        client.signals().emit("c", "2");
        await().atMost(SOON).untilAsserted(() -> assertThat(handled).containsExactly("1", "2"));
    }
}
