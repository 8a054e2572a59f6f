package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.SignalSubscription;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.signal.SignalHeaders;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.config.EnableSignalListeners;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Header;

/** The examples of docs/signals.md. */
@Timeout(60)
class SignalExamplesTests {

    @RegisterExtension
    final LockServer server = new LockServer();

    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

    @Test
    void subscription() throws Exception {
        DflockdClient client = server.client();
        // tag::subscribe
        try (SignalSubscription subscription =
                client.signals().subscribe("orders.*", signal -> show(signal.payload()))) {
            subscription.ready().get(10, TimeUnit.SECONDS);
            long queuedFor = client.signals().emit("orders.new", "o-1");
            assertThat(queuedFor).isEqualTo(1);
            assertThat(shown.poll(10, TimeUnit.SECONDS)).isEqualTo("o-1");
        }
        // end::subscribe
    }

    @Test
    void listener() {
        new ApplicationContextRunner()
                .withUserConfiguration(Listening.class)
                .withBean("client", DflockdClient.class, server::newClient)
                .withBean(Placed.class, () -> new Placed(shown))
                .run(context -> {
                    for (SignalListenerContainer container : context.getBean(SignalListenerEndpointRegistry.class)
                            .getListenerContainers()) {
                        container.ready().get(10, TimeUnit.SECONDS);
                    }
                    SignalTemplate signalTemplate = new SignalTemplate(server.client());
                    // tag::send
                    signalTemplate.convertAndSend("orders.new", new OrderPlaced("o-1"));
                    // end::send
                    assertThat(shown.poll(10, TimeUnit.SECONDS)).isEqualTo("o-1 on orders.new");
                });
    }

    @Test
    void cacheThatForgetsWhatItMayHaveMissed() {
        Map<String, Integer> database = new ConcurrentHashMap<>(Map.of("a", 1));
        new ApplicationContextRunner()
                .withUserConfiguration(Listening.class)
                .withBean("client", DflockdClient.class, server::newClient)
                .withBean(Prices.class, () -> new Prices(database::get))
                .run(context -> {
                    for (SignalListenerContainer container : context.getBean(SignalListenerEndpointRegistry.class)
                            .getListenerContainers()) {
                        container.ready().get(10, TimeUnit.SECONDS);
                    }
                    Prices prices = context.getBean(Prices.class);
                    assertThat(prices.of("a")).isEqualTo(1);
                    database.put("a", 2);
                    new SignalTemplate(server.client()).send("prices.changed", "a");
                    await().until(() -> prices.of("a") == 2);
                    database.put("a", 3);
                    server.server()
                            .view()
                            .connections()
                            .forEach(connection -> server.server().faults().cut(connection.id()));
                    await().until(() -> prices.of("a") == 3);
                });
    }

    private void show(String text) {
        shown.add(text);
    }

    record OrderPlaced(String id) {}

    static class Placed {

        private final BlockingQueue<String> shown;

        Placed(BlockingQueue<String> shown) {
            this.shown = shown;
        }

        // tag::listener
        @SignalListener("orders.*")
        void placed(OrderPlaced event, @Header(SignalHeaders.CHANNEL) String channel) {
            shown.add(event.id() + " on " + channel);
        }
        // end::listener
    }

    @Configuration(proxyBeanMethods = false)
    @EnableSignalListeners
    static class Listening {}
}
