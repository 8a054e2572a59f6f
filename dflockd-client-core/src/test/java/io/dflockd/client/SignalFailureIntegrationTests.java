package io.dflockd.client;

import static io.dflockd.client.Sneaky.sneaky;
import static io.dflockd.client.TestServers.SOON;
import static io.dflockd.client.TestServers.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.Tls;
import io.dflockd.embedded.ConnectionView;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What users' executors and listeners do wrong harms nobody else, and what is wrong is told. */
@Timeout(60)
@ServerWithSignals
class SignalFailureIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    @Test
    void executorThatThrowsHarmsNoOtherSubscriptionAndIsTriedAgain() throws Exception {
        DflockdClient client = servers.client();
        DflockdClient emitter = servers.client();
        AtomicInteger calls = new AtomicInteger();
        SubscriptionOptions throwing = SubscriptionOptions.defaults().withExecutor(task -> {
            switch (calls.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("no");
                case 2 -> throw new OutOfMemoryError("unable to create native thread, as it were");
                case 3 -> throw sneaky(new IOException("checked"));
                default -> new Thread(task).start();
            }
        });
        List<String> own = new CopyOnWriteArrayList<>();
        List<String> others = new CopyOnWriteArrayList<>();
        ready(client.signals().subscribe("c", throwing, signal -> own.add(signal.payload())));
        ready(client.signals().subscribe("c", signal -> others.add(signal.payload())));
        emitter.signals().emit("c", "1");
        await().atMost(SOON).until(() -> others.contains("1"));
        emitter.signals().emit("c", "2");
        await().atMost(SOON).until(() -> others.contains("2"));
        await().atMost(SOON).untilAsserted(() -> assertThat(own).containsExactly("1", "2"));
    }

    @Test
    void checkedExceptionOfAListenerDoesNotEndTheSubscription() throws Exception {
        DflockdClient client = servers.client();
        List<String> handled = new CopyOnWriteArrayList<>();
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void connected(ServerAddress server, boolean again) {
                throw sneaky(new IOException("connected"));
            }

            @Override
            public void handlerFailed(Signal signal, Throwable cause) {
                throw sneaky(cause);
            }
        };
        ready(client.signals().subscribe("c", SubscriptionOptions.defaults().withListener(listener), signal -> {
            if (signal.payload().equals("bad")) {
                throw new IOException("handler");
            }
            handled.add(signal.payload());
        }));
        client.signals().emit("c", "first");
        await().atMost(SOON).until(() -> handled.contains("first"));
        client.signals().emit("c", "bad");
        client.signals().emit("c", "last");
        await().atMost(SOON).until(() -> handled.contains("last"));
    }

    @Test
    void subscriberThatThrowsACheckedExceptionGetsNoMore() throws Exception {
        DflockdClient client = servers.client();
        List<String> seen = new CopyOnWriteArrayList<>();
        client.signals().publisher("c", SubscriptionOptions.defaults()).subscribe(new Noting(seen, Long.MAX_VALUE) {
            @Override
            public void onNext(Signal signal) {
                super.onNext(signal);
                throw sneaky(new IOException("checked"));
            }
        });
        await().atMost(SOON).until(() -> client.signals().emit("c", "x") == 1);
        await().atMost(SOON).until(() -> client.signals().emit("c", "x") == 0);
        assertThat(seen).containsExactly("x");
    }

    private static class Noting implements Flow.Subscriber<Signal> {

        private final List<String> seen;

        private final long wanted;

        Noting(List<String> seen, long wanted) {
            this.seen = seen;
            this.wanted = wanted;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            if (wanted > 0) {
                subscription.request(wanted);
            }
        }

        @Override
        public void onNext(Signal signal) {
            seen.add(signal.payload());
        }

        @Override
        public void onError(Throwable cause) {
            seen.add("error");
        }

        @Override
        public void onComplete() {
            seen.add("complete");
        }
    }

    @Test
    void subscriptionThatCannotConnectSaysWhyOnceAndGoesOnTrying() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("right"));
        AtomicReference<String> token = new AtomicReference<>("wrong");
        AtomicInteger failures = new AtomicInteger();
        DflockdClient client = servers.client(settings -> settings.servers(server.address())
                .authToken(token::get)
                .listener(new DflockdClientListener() {
                    @Override
                    public void connectFailed(ServerAddress to, DflockdException cause) {
                        failures.incrementAndGet();
                    }
                }));
        List<DflockdException> causes = new CopyOnWriteArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
            @Override
            public void refused(ServerAddress by, DflockdException cause) {
                causes.add(cause);
            }
        });
        SignalSubscription subscription = client.signals().subscribe("c", options, signal -> {});
        await().atMost(SOON).until(() -> failures.get() >= 3);
        await().atMost(SOON).until(() -> !causes.isEmpty());
        assertThat(causes).singleElement().isInstanceOf(DflockdAuthenticationException.class);
        token.set("right");
        ready(subscription);
        token.set("wrong");
        server.restart();
        // It may also be told that the server is away for a moment.
        await().atMost(SOON)
                .until(() -> causes.stream()
                                .filter(DflockdAuthenticationException.class::isInstance)
                                .count()
                        == 2);
    }

    @Test
    void plainConnectionToATlsServerIsTold() throws Exception {
        Tls tls = Tls.forLoopback();
        TestServer server = servers.start(settings -> settings.tls(tls));
        DflockdClient client = servers.client(settings -> settings.servers(server.address()));
        List<DflockdException> causes = new CopyOnWriteArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.defaults().withListener(new SubscriptionListener() {
            @Override
            public void refused(ServerAddress by, DflockdException cause) {
                causes.add(cause);
            }
        });
        client.signals().subscribe("c", options, signal -> {});
        await().atMost(SOON).until(() -> !causes.isEmpty());
        assertThat(causes.get(0)).hasMessageContaining("TLS");
    }

    @Test
    void unknownHostIsTold() throws Exception {
        DflockdClient client = servers.client(settings -> settings.servers(TestServers.UNKNOWN_HOST + ":6388"));
        List<DflockdException> causes = new CopyOnWriteArrayList<>();
        SubscriptionOptions options = SubscriptionOptions.defaults()
                .withGroup("g")
                .withListener(new SubscriptionListener() {
                    @Override
                    public void refused(ServerAddress by, DflockdException cause) {
                        causes.add(cause);
                    }
                });
        client.signals().subscribe("c", options, signal -> {});
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(causes).singleElement().isInstanceOf(UnknownServerHostException.class));
    }

    private static final class States implements SubscriptionListener {

        final List<String> told = new CopyOnWriteArrayList<>();

        @Override
        public void connected(ServerAddress server, boolean again) {
            told.add("connected");
        }

        @Override
        public void disconnected(ServerAddress server, DflockdException cause) {
            told.add("disconnected");
        }

        @Override
        public void gap(ServerAddress server, GapReason reason) {
            told.add("gap");
        }

        @Override
        public void dropped(long count) {
            told.add("dropped " + count);
        }
    }

    private static long listening(TestServer server) {
        return server.view().connections().stream()
                .filter(connection -> connection.subscriptions() > 0)
                .mapToLong(ConnectionView::id)
                .findFirst()
                .orElse(-1);
    }

    @Test
    void whatIsToldLastIsTrueHoweverManyEventsHaveWaited() throws Exception {
        TestServer server = servers.start();
        AdjustableClock clock = new AdjustableClock();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).ticker(clock));
        DflockdClient emitter = servers.client(server);
        CountDownLatch blocked = new CountDownLatch(1);
        States states = new States();
        SubscriptionOptions options =
                SubscriptionOptions.defaults().withListener(states).withBuffer(1, OverflowPolicy.DROP_NEWEST);
        CountDownLatch entered = new CountDownLatch(1);
        SignalSubscription busy = ready(client.signals().subscribe("c", options, signal -> {
            entered.countDown();
            blocked.await();
        }));
        List<String> published = new CopyOnWriteArrayList<>();
        client.signals()
                .publisher("c", SubscriptionOptions.defaults().withListener(new SubscriptionListener() {}))
                .subscribe(new Noting(published, 0));
        emitter.signals().emit("c", "x");
        assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 3; i++) {
            emitter.signals().emit("c", "x");
        }
        await().atMost(SOON).until(() -> busy.received() == 4);
        for (int i = 0; i < 90; i++) {
            long old = listening(server);
            // Connections that end sooner are replaced later and later.
            clock.jump(Duration.ofSeconds(2));
            server.faults().reset(old);
            await().atMost(SOON)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> busy.isConnected() && listening(server) > old);
        }
        blocked.countDown();
        await().atMost(SOON).until(() -> busy.buffered() == 0);
        SignalStream end = client.signals().stream("end");
        end.subscription().ready().get(10, TimeUnit.SECONDS);
        await().atMost(SOON).untilAsserted(() -> {
            List<String> told = new ArrayList<>(states.told);
            assertThat(told).contains("dropped 2");
            assertThat(told.subList(told.size() - 2, told.size())).containsExactly("connected", "gap");
        });
        assertThat(states.told).hasSizeLessThan(270);
        client.close();
        await().atMost(SOON).untilAsserted(() -> assertThat(published).containsExactly("complete"));
    }
}
