package io.dflockd.spring.signal.annotation;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A server, a client that sends, and a context that listens, of one test. */
final class SignalContext implements BeforeEachCallback, AfterEachCallback {

    private EmbeddedDflockdServer server;

    private DflockdClient sender;

    private AnnotationConfigApplicationContext context;

    /** Starts a context with {@link SignalListenerTests.Base} and these classes; returns when all listen. */
    AnnotationConfigApplicationContext run(Class<?>... configurations) throws Exception {
        begin(configurations);
        for (SignalListenerContainer container : registry().getListenerContainers()) {
            container.ready().get(10, TimeUnit.SECONDS);
        }
        return context;
    }

    /** Starts a context. */
    void begin(Class<?>... configurations) {
        context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("server", Map.of("server", server.address())));
        context.register(SignalListenerTests.Base.class);
        if (configurations.length > 0) {
            context.register(configurations);
        }
        context.refresh();
    }

    EmbeddedDflockdServer server() {
        return server;
    }

    SignalListenerEndpointRegistry registry() {
        return context.getBean(SignalListenerEndpointRegistry.class);
    }

    SignalListenerTests.Notes notes() {
        return context.getBean(SignalListenerTests.Notes.class);
    }

    long send(String channel, String payload) throws InterruptedException {
        return sender.signals().emit(channel, payload);
    }

    /** Returns when the server has so many listening connections. */
    void awaitListeners(int count) {
        server.await(
                view -> view.connections().stream()
                                .filter(connection -> connection.subscriptions() > 0)
                                .count()
                        == count,
                Duration.ofSeconds(10));
    }

    @Override
    public void beforeEach(ExtensionContext test) throws Exception {
        server = EmbeddedDflockdServer.builder().start();
        sender = DflockdClient.builder().servers(server.address()).build();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (context != null) {
            context.close();
        }
        sender.close();
        server.close();
    }
}
