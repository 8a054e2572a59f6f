package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closings that meet each other: with and without time, of a subscription and of its client. */
@Timeout(60)
@ServerWithSignals
class SignalClosingIntegrationTests {

    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestServers servers = new TestServers();

    private final Semaphore permits = new Semaphore(0);

    private final AtomicInteger handled = new AtomicInteger();

    private void handle(Signal signal) throws InterruptedException {
        permits.acquire();
        handled.incrementAndGet();
    }

    /** One signal is being handled, so many more wait. */
    private SignalSubscription busy(DflockdClient client, SubscriptionOptions options, int waiting) throws Exception {
        SignalSubscription subscription = client.signals().subscribe("c", options, this::handle);
        subscription.ready().get(10, TimeUnit.SECONDS);
        emit(client, waiting + 1);
        await().atMost(SOON).until(() -> subscription.received() == waiting + 1 && subscription.buffered() == waiting);
        return subscription;
    }

    private SignalSubscription busy(DflockdClient client, int waiting) throws Exception {
        return busy(client, SubscriptionOptions.defaults(), waiting);
    }

    private static void emit(DflockdClient client, int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            client.signals().emit("c", Integer.toString(i));
        }
    }

    private void letGo() {
        permits.release(1000);
    }

    @Test
    void closeEndsADrain() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = busy(client, 3);
        CompletableFuture<Boolean> drained = subscription.closeAsync(LONG);
        subscription.close();
        assertThat(drained.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(subscription.buffered()).isZero();
        assertThat(subscription.dropped()).isEqualTo(3);
        letGo();
        await().atMost(SOON).until(() -> handled.get() == 1);
        assertThat(subscription.close(Duration.ZERO)).isFalse();
    }

    @Test
    void closeOfTheClientEndsADrain() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = busy(client, 3);
        CompletableFuture<Boolean> drained = subscription.closeAsync(LONG);
        await().atMost(SOON).until(() -> client.signals().emit("c", "x") == 0);
        client.close();
        assertThat(drained.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(subscription.buffered()).isZero();
        assertThat(subscription.closeAsync(LONG).get(10, TimeUnit.SECONDS)).isFalse();
        letGo();
        await().atMost(SOON).until(() -> handled.get() == 1);
    }

    /** No signal asks for work while the client waits for the end of the work. */
    @Test
    void closeOfTheClientEndsSubscriptionsBeforeItWaitsForHandles() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = client.signals().subscribe("c", signal -> {});
        LockHandle held = client.lock(servers.key()).acquire();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> client.close(LONG));
        await().atMost(SOON).until(subscription::isClosed);
        assertThat(held.release()).isTrue();
        closing.get(10, TimeUnit.SECONDS);
    }

    @Test
    void closeOfTheClientEndsAWaitForADrain() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = busy(client, 3);
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> {
            try {
                return subscription.close(LONG);
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        });
        await().atMost(SOON).until(subscription::isClosed);
        client.close();
        assertThat(closed.get(10, TimeUnit.SECONDS)).isFalse();
        letGo();
    }

    @Test
    void everyCloserIsToldTheSame() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = busy(client, 3);
        CompletableFuture<Boolean> first = subscription.closeAsync(LONG);
        CompletableFuture<Boolean> second = subscription.closeAsync(LONG);
        assertThat(subscription.buffered()).isEqualTo(3);
        permits.release(2);
        await().atMost(SOON).until(() -> handled.get() == 2);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        letGo();
        assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(subscription.close(Duration.ZERO)).isTrue();
        assertThat(handled.get()).isEqualTo(4);
    }

    @Test
    void theShortestTimeCounts() throws Exception {
        DflockdClient client = servers.client();
        SignalSubscription subscription = busy(client, 3);
        CompletableFuture<Boolean> first = subscription.closeAsync(LONG);
        assertThat(subscription.close(Duration.ofMillis(50))).isFalse();
        assertThat(first.get(10, TimeUnit.SECONDS)).isFalse();
        letGo();
    }

    @Test
    void closeOfTheClientEndsTheDrainOfAStreamAndLeavesItsSignals() throws Exception {
        DflockdClient client = servers.client();
        SignalStream stream = client.signals().stream("c");
        stream.subscription().ready().get(10, TimeUnit.SECONDS);
        emit(client, 2);
        await().atMost(SOON).until(() -> stream.subscription().buffered() == 2);
        CompletableFuture<Boolean> drained = stream.subscription().closeAsync(LONG);
        assertThat(stream.take()).map(Signal::payload).hasValue("0");
        client.close();
        assertThat(drained.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(stream.take()).map(Signal::payload).hasValue("1");
        assertThat(stream.take()).isEmpty();
    }

    @Test
    void dropsOfACloseAreCountedAndNotToldAsOfAFullBuffer() throws Exception {
        DflockdClient client = servers.client();
        CountDownLatch told = new CountDownLatch(1);
        SubscriptionOptions options = SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
            @Override
            public void dropped(long count) {
                told.countDown();
            }
        });
        SignalSubscription closed = busy(client, options, 3);
        closed.close();
        assertThat(closed.dropped()).isEqualTo(3);
        SignalSubscription timeUp = busy(client, options, 3);
        assertThat(timeUp.close(Duration.ZERO)).isFalse();
        assertThat(timeUp.dropped()).isEqualTo(3);
        SignalSubscription withTheClient = busy(client, options, 3);
        client.close();
        assertThat(withTheClient.dropped()).isEqualTo(3);
        letGo();
        await().atMost(SOON).until(() -> handled.get() == 3);
        assertThat(told.await(300, TimeUnit.MILLISECONDS)).isFalse();
    }

    @Test
    void executorThatIsFullForAMomentCostsADrainNothing() throws Exception {
        DflockdClient client = servers.client();
        List<String> payloads = new CopyOnWriteArrayList<>();
        AtomicBoolean full = new AtomicBoolean(true);
        AtomicInteger refusals = new AtomicInteger();
        SubscriptionOptions options = SubscriptionOptions.defaults().withExecutor(task -> {
            if (full.get()) {
                refusals.incrementAndGet();
                throw new RejectedExecutionException("full");
            }
            new Thread(task).start();
        });
        SignalSubscription subscription =
                client.signals().subscribe("c", options, signal -> payloads.add(signal.payload()));
        subscription.ready().get(10, TimeUnit.SECONDS);
        emit(client, 3);
        await().atMost(SOON).until(() -> subscription.buffered() == 3 && refusals.get() > 0);
        int before = refusals.get();
        CompletableFuture<Boolean> drained = subscription.closeAsync(LONG);
        await().atMost(SOON).until(() -> refusals.get() >= before + 2);
        full.set(false);
        assertThat(drained.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(payloads).containsExactly("0", "1", "2");
        assertThat(subscription.dropped()).isZero();
    }

    /** An application's executor is often gone before its client is closed; a subscriber must not wait for ever. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publisherCompletesThoughItsExecutorRefuses(boolean signalsWait) throws Exception {
        DflockdClient client = servers.client();
        AtomicBoolean refuses = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        CountDownLatch subscribed = new CountDownLatch(1);
        CountDownLatch completed = new CountDownLatch(1);
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withExecutor(task -> {
                    if (refuses.get()) {
                        refused.incrementAndGet();
                        throw new RejectedExecutionException("shut down");
                    }
                    running.incrementAndGet();
                    new Thread(() -> {
                                task.run();
                                running.decrementAndGet();
                            })
                            .start();
                })
                .withListener(new SubscriptionListener() {
                    @Override
                    public void connected(ServerAddress server, boolean again) {
                        subscribed.countDown();
                    }
                });
        client.signals().publisher("c", options).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(Signal signal) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onComplete() {
                completed.countDown();
            }
        });
        assertThat(subscribed.await(10, TimeUnit.SECONDS)).isTrue();
        // A thread that still handles the event would take the signal as well, without asking the executor.
        await().atMost(SOON).until(() -> running.get() == 0);
        refuses.set(true);
        if (signalsWait) {
            client.signals().emit("c", "x");
            await().atMost(SOON).until(() -> refused.get() > 0);
        }
        client.close();
        assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
