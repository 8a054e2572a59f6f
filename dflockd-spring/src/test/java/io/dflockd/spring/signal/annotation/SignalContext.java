package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.signal.config.EnableSignalListeners;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

/** A server, a client that sends, and a context that listens, of one test. */
final class SignalContext implements BeforeEachCallback, AfterEachCallback {

    private static final Duration SOON = Duration.ofSeconds(10);

    private EmbeddedDflockdServer server;

    private DflockdClient sender;

    private AnnotationConfigApplicationContext context;

    /** What listeners write down. */
    static final class Notes {

        final List<String> lines = new CopyOnWriteArrayList<>();

        void add(String line) {
            lines.add(line);
        }

        void await(String... expected) {
            Awaitility.await()
                    .atMost(SOON)
                    .untilAsserted(() -> assertThat(lines).contains(expected));
        }
    }

    @Configuration
    @EnableSignalListeners
    static class Base {

        @Bean(destroyMethod = "close")
        DflockdClient dflockdClient(@Value("${server}") String server) {
            return DflockdClient.builder().servers(server).build();
        }

        @Bean
        Notes notes() {
            return new Notes();
        }
    }

    /** Starts a context with {@link Base} and these classes; returns when all that start by themselves listen. */
    AnnotationConfigApplicationContext run(Class<?>... configurations) {
        begin(configurations);
        registry().getListenerContainers().stream()
                .filter(SignalListenerContainer::isRunning)
                .forEach(SignalContext::awaitReady);
        return context;
    }

    static void awaitReady(SignalListenerContainer container) {
        assertThat(container.ready()).succeedsWithin(SOON);
    }

    /** Starts a context. */
    void begin(Class<?>... configurations) {
        begin(Map.of(), configurations);
    }

    void begin(Map<String, Object> properties, Class<?>... configurations) {
        context = new AnnotationConfigApplicationContext();
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", properties));
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("server", Map.of("server", server.address())));
        context.register(Base.class);
        if (configurations.length > 0) {
            context.register(configurations);
        }
        context.refresh();
    }

    /** What the start of a context fails with. */
    Throwable failure(Class<?>... configurations) {
        Throwable failure = catchThrowable(() -> begin(configurations));
        assertThat(failure).as("start with " + List.of(configurations)).isInstanceOf(RuntimeException.class);
        return failure;
    }

    /** Those of a failure and of its causes. */
    static String messages(Throwable failure) {
        return failure.getCause() == null
                ? String.valueOf(failure.getMessage())
                : failure.getMessage() + "\n" + messages(failure.getCause());
    }

    AnnotationConfigApplicationContext context() {
        return context;
    }

    DflockdClient sender() {
        return sender;
    }

    EmbeddedDflockdServer server() {
        return server;
    }

    SignalListenerEndpointRegistry registry() {
        return context.getBean(SignalListenerEndpointRegistry.class);
    }

    Notes notes() {
        return context.getBean(Notes.class);
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
                SOON);
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
