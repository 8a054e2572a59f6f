package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The forms in which the caller sets the pace: taking, iterating, streaming, and reactive streams. */
@Timeout(60)
@ServerWithSignals
class SignalStreamIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    private static SignalStream ready(SignalStream stream) throws Exception {
        stream.subscription().ready().get(10, TimeUnit.SECONDS);
        return stream;
    }

    private static void emit(DflockdClient client, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            client.signals().emit("c", Integer.toString(i));
        }
    }

    @Test
    void takesOneAfterTheOther() throws Exception {
        DflockdClient client = servers.client();
        try (SignalStream stream = ready(client.signals().stream("c"))) {
            assertThat(stream.poll(Duration.ZERO)).isEmpty();
            assertThat(stream.poll(Duration.ofMillis(20))).isEmpty();
            emit(client, 0, 3);
            assertThat(stream.take()).map(Signal::payload).hasValue("0");
            assertThat(stream.poll(SOON)).map(Signal::payload).hasValue("1");
            await().atMost(SOON).until(() -> stream.subscription().received() == 3);
            stream.close();
            await().atMost(SOON).until(() -> client.signals().emit("c", "late") == 0);
            assertThat(stream.take()).map(Signal::payload).hasValue("2");
            assertThat(stream.take()).isEmpty();
            assertThat(stream.poll(SOON)).isEmpty();
        }
    }

    @Test
    void iterationEndsWithTheClient() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        SignalStream stream = ready(client.signals().stream("c"));
        CompletableFuture<List<String>> taken = CompletableFuture.supplyAsync(() -> {
            List<String> payloads = new ArrayList<>();
            for (Signal signal : stream) {
                payloads.add(signal.payload());
            }
            return payloads;
        });
        emit(emitter, 0, 3);
        await().atMost(SOON).until(() -> stream.subscription().received() == 3);
        client.close();
        assertThat(taken.get(10, TimeUnit.SECONDS)).containsExactly("0", "1", "2");
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> stream.iterator().next());
    }

    @Test
    void streamIsLazyAndClosesTheSubscription() throws Exception {
        DflockdClient client = servers.client();
        SignalStream signals = ready(client.signals().stream("c"));
        emit(client, 0, 10);
        try (Stream<Signal> stream = signals.stream()) {
            assertThat(stream.limit(4).map(Signal::payload).collect(Collectors.toList()))
                    .containsExactly("0", "1", "2", "3");
        }
        assertThat(signals.subscription().isClosed()).isTrue();
    }

    @Test
    void interruptedIterationSaysSo() throws Exception {
        SignalStream stream = servers.client().signals().stream("c");
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> stream.iterator().hasNext());
        assertThat(Thread.interrupted()).isTrue();
        stream.close();
    }

    @Test
    void fullBufferOfAStreamFollowsThePolicy() throws Exception {
        DflockdClient client = servers.client();
        List<String> gaps = new CopyOnWriteArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
            @Override
            public void gap(ServerAddress server, GapReason reason) {
                gaps.add(reason.name());
            }
        });
        SignalStream oldest = ready(client.signals().stream("c", options.withBuffer(2, OverflowPolicy.DROP_OLDEST)));
        SignalStream newest = ready(client.signals().stream("c", options.withBuffer(2, OverflowPolicy.DROP_NEWEST)));
        SignalStream again = ready(client.signals().stream("c", options.withBuffer(2, OverflowPolicy.RESUBSCRIBE)));
        emit(client, 0, 5);
        await().atMost(SOON)
                .until(() -> oldest.subscription().received() == 5
                        && oldest.subscription().dropped() == 3);
        assertThat(oldest.take()).map(Signal::payload).hasValue("3");
        assertThat(newest.take()).map(Signal::payload).hasValue("0");
        await().atMost(SOON).until(() -> !again.subscription().isConnected());
        assertThat(again.take()).map(Signal::payload).hasValue("0");
        assertThat(again.take()).map(Signal::payload).hasValue("1");
        await().atMost(SOON).until(() -> again.subscription().isConnected());
        emit(client, 5, 6);
        assertThat(again.take()).map(Signal::payload).hasValue("5");
        await().atMost(SOON).untilAsserted(() -> assertThat(gaps).containsExactly("OVERFLOWED"));
    }

    private static final class Taker implements Flow.Subscriber<Signal> {

        final AtomicReference<Flow.Subscription> subscription = new AtomicReference<>();

        final List<String> story = new CopyOnWriteArrayList<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.set(given);
        }

        @Override
        public void onNext(Signal signal) {
            story.add(signal.payload());
            if (signal.payload().equals("throw")) {
                throw new IllegalStateException("a subscriber must not do this");
            }
        }

        @Override
        public void onError(Throwable cause) {
            story.add("error " + cause.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            story.add("complete");
        }

        void request(long n) {
            subscription.get().request(n);
        }
    }

    private static Taker subscribed(DflockdClient client, DflockdClient emitter) throws Exception {
        Taker taker = new Taker();
        client.signals().publisher("c", SubscriptionOptions.defaults()).subscribe(taker);
        await().atMost(SOON).until(() -> emitter.signals().emit("c", "first") == 1);
        return taker;
    }

    @Test
    void publisherHandsOutWhatWasRequested() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        Taker taker = subscribed(client, emitter);
        emit(emitter, 1, 6);
        await().during(Duration.ofMillis(100)).atMost(SOON).until(taker.story::isEmpty);
        taker.request(3);
        await().atMost(SOON).until(() -> taker.story.size() == 3);
        taker.request(Long.MAX_VALUE);
        taker.request(Long.MAX_VALUE);
        await().atMost(SOON).until(() -> taker.story.size() == 6);
        assertThat(taker.story).containsExactly("first", "1", "2", "3", "4", "5");
        taker.subscription.get().cancel();
        await().atMost(SOON).until(() -> emitter.signals().emit("c", "x") == 0);
        taker.request(1);
        assertThat(taker.story).hasSize(6);
    }

    @Test
    void publisherCompletesWithTheClient() throws Exception {
        DflockdClient client = servers.client();
        Taker taker = subscribed(client, servers.client());
        taker.request(5);
        await().atMost(SOON).until(() -> taker.story.size() == 1);
        client.close();
        await().atMost(SOON).untilAsserted(() -> assertThat(taker.story).containsExactly("first", "complete"));
        Taker late = new Taker();
        client.signals().publisher("c", SubscriptionOptions.defaults()).subscribe(late);
        assertThat(late.story).containsExactly("error ClientClosedException");
    }

    @Test
    void requestOfNothingIsAnError() throws Exception {
        DflockdClient client = servers.client();
        Taker taker = subscribed(client, client);
        taker.request(0);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(taker.story).containsExactly("error IllegalArgumentException"));
        await().atMost(SOON).until(() -> client.signals().emit("c", "x") == 0);
    }

    @Test
    void subscriberThatThrowsGetsNoMore() throws Exception {
        DflockdClient client = servers.client();
        Taker taker = subscribed(client, client);
        client.signals().emit("c", "throw");
        client.signals().emit("c", "more");
        taker.request(10);
        await().atMost(SOON).until(() -> client.signals().emit("c", "x") == 0);
        assertThat(taker.story).containsExactly("first", "throw");
    }
}
