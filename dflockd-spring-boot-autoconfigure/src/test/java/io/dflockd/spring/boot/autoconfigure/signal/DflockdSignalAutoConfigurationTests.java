package io.dflockd.spring.boot.autoconfigure.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.OverflowPolicy;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.dflockd.spring.signal.JacksonSignalConverter;
import io.dflockd.spring.signal.SignalConverter;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.TextSignalConverter;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.config.EnableSignalListeners;
import io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.core.task.TaskExecutor;
import org.springframework.messaging.handler.annotation.support.MessageHandlerMethodFactory;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class DflockdSignalAutoConfigurationTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdSignalAutoConfiguration.class,
                    DflockdMetricsAutoConfiguration.class));

    private final ApplicationContextRunner embedded = runner.withPropertyValues("dflockd.embedded.enabled=true");

    record Order(String id) {}

    static class Listener {

        final List<String> seen = new CopyOnWriteArrayList<>();

        final List<String> threads = new CopyOnWriteArrayList<>();

        @SignalListener(id = "orders", value = "orders.*")
        void order(Order order) {
            threads.add(Thread.currentThread().toString());
            seen.add(order.id());
        }

        @SignalListener(id = "failing", value = "orders.*")
        void fail(String payload) {
            throw new IllegalStateException("always");
        }
    }

    private static void awaitReady(ApplicationContext context) {
        for (SignalListenerContainer container :
                context.getBean(SignalListenerEndpointRegistry.class).getListenerContainers()) {
            try {
                container.ready().get(10, TimeUnit.SECONDS);
            } catch (Exception ex) {
                throw new AssertionError(ex);
            }
        }
    }

    private static void roundTrip(ApplicationContext context) {
        awaitReady(context);
        assertThat(context.getBean(SignalOperations.class).convertAndSend("orders.new", new Order("o1")))
                .isEqualTo(1);
        await().atMost(SOON).until(() -> context.getBean(Listener.class).seen.contains("o1"));
    }

    @Test
    void templateAndListenerWorkTogether() {
        embedded.withBean(Listener.class).run(context -> {
            roundTrip(context);
            assertThat(context.getBean(Listener.class).threads).allMatch(name -> name.contains("dflockd-signal-"));
            assertThat(context).doesNotHaveBean(TaskExecutor.class);
        });
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void listenersRunOnVirtualThreadsWhereBootSaysSo() {
        embedded.withPropertyValues("spring.threads.virtual.enabled=true")
                .withBean(Listener.class)
                .run(context -> {
                    roundTrip(context);
                    assertThat(context.getBean(Listener.class).threads)
                            .allMatch(name -> name.contains("VirtualThread") && name.contains("dflockd-listener-"));
                    assertThat(context).doesNotHaveBean(TaskExecutor.class);
                });
    }

    @Test
    void propertiesReachContainersAndClients() {
        embedded.withPropertyValues(
                        "dflockd.listener.auto-startup=false",
                        "dflockd.listener.concurrency=3",
                        "dflockd.listener.buffer-size=10",
                        "dflockd.listener.buffer-memory=1MB",
                        "dflockd.listener.overflow=resubscribe",
                        "dflockd.listener.drain-timeout=2s",
                        "dflockd.signals.max-payload=10B",
                        "dflockd.signals.routing=first-server",
                        "dflockd.signals.threads=2")
                .withBean(Listener.class)
                .run(context -> {
                    SignalListenerContainer container = context.getBean(SignalListenerEndpointRegistry.class)
                            .getListenerContainer("orders");
                    assertThat(container).isNotNull();
                    assertThat(container.isRunning()).isFalse();
                    ContainerSettings settings = container.getSettings();
                    assertThat(settings.concurrency()).isEqualTo(3);
                    assertThat(settings.bufferSize()).isEqualTo(10);
                    assertThat(settings.bufferBytes()).isEqualTo(1024 * 1024);
                    assertThat(settings.overflow()).isEqualTo(OverflowPolicy.RESUBSCRIBE);
                    assertThat(settings.drainTimeout()).isEqualTo(Duration.ofSeconds(2));
                    assertThat(org.assertj.core.api.Assertions.catchThrowable(
                                    () -> context.getBean(SignalTemplate.class).send("c", "x".repeat(11))))
                            .hasMessageContaining("more than the 10 allowed");
                });
    }

    @Test
    void defaultsAreThoseOfTheContainer() {
        embedded.run(context -> {
            ContainerSettings settings = context.getBean(ContainerSettings.class);
            ContainerSettings defaults = ContainerSettings.defaults();
            assertThat(settings)
                    .usingRecursiveComparison()
                    .ignoringFields("events", "errorHandler")
                    .isEqualTo(defaults);
        });
    }

    @Test
    void wrongPropertiesAreNamed() {
        for (String property : List.of(
                "dflockd.listener.concurrency=0",
                "dflockd.listener.buffer-size=0",
                "dflockd.listener.buffer-memory=0B",
                "dflockd.listener.drain-timeout=-1s",
                "dflockd.signals.max-payload=1MB",
                "dflockd.signals.threads=0")) {
            embedded.withPropertyValues(property)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .rootCause()
                            .hasMessageContaining(property.substring(0, property.indexOf('='))));
        }
    }

    @Test
    void meterCountsSignals() {
        embedded.withBean(SimpleMeterRegistry.class).withBean(Listener.class).run(context -> {
            roundTrip(context);
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            awaitOne(meters, "dflockd.signals.handler.failures", "dflockd.name", "failing");
            awaitOne(meters, "dflockd.signals.received", "dflockd.name", "orders");
            awaitOne(meters, "dflockd.signals.emitted", "dflockd.outcome", "emitted");
        });
    }

    private static void awaitOne(MeterRegistry meters, String counter, String tag, String value) {
        await().atMost(SOON)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                meters.get(counter).tag(tag, value).counter().count())
                        .isEqualTo(1));
    }

    @Test
    void serverThatIsDownDoesNotStopTheStart() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            server.stop();
            runner.withPropertyValues("dflockd.servers=" + server.address())
                    .withBean(Listener.class)
                    .run(context -> {
                        assertThat(context).hasNotFailed();
                        server.start();
                        awaitReady(context);
                        await().atMost(SOON)
                                .ignoreExceptions()
                                .until(() ->
                                        context.getBean(SignalTemplate.class).send("orders.new", "{\"id\":\"up\"}")
                                                == 1);
                        await().atMost(SOON)
                                .until(() ->
                                        context.getBean(Listener.class).seen.contains("up"));
                    });
        }
    }

    @Test
    void ownBeansGoFirst() {
        TextSignalConverter own = new TextSignalConverter();
        ContainerSettings settings = ContainerSettings.defaults().withConcurrency(7);
        embedded.withBean(SignalConverter.class, () -> own)
                .withBean(ContainerSettings.class, () -> settings)
                .run(context -> {
                    assertThat(context).getBean(SignalConverter.class).isSameAs(own);
                    assertThat(context.getBean(DefaultSignalListenerContainerFactory.class)
                                    .getSettings())
                            .isSameAs(settings);
                });
    }

    @Test
    void listenersThatAreEnabledTwiceAreEnabledOnce() {
        embedded.withUserConfiguration(EnabledByHand.class)
                .withBean(Listener.class)
                .run(context -> {
                    roundTrip(context);
                    assertThat(context.getBean(Listener.class).seen).containsExactly("o1");
                });
    }

    @Configuration
    @EnableSignalListeners
    static class EnabledByHand {}

    @Test
    void withoutSpringMessagingThereIsTheTemplateOnly() {
        embedded.withClassLoader(new FilteredClassLoader(MessageHandlerMethodFactory.class))
                .run(context -> {
                    assertThat(context).hasSingleBean(SignalTemplate.class);
                    assertThat(context).doesNotHaveBean(SignalListenerEndpointRegistry.class);
                });
    }

    @Test
    void withoutJacksonPayloadsAreTexts() {
        embedded.withClassLoader(new FilteredClassLoader(JsonMapper.class))
                .run(context -> assertThat(context).hasSingleBean(TextSignalConverter.class));
        embedded.run(context -> assertThat(context).hasSingleBean(JacksonSignalConverter.class));
    }

    @Test
    void disabledMeansNothingOfIt() {
        runner.withPropertyValues("dflockd.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(DflockdClient.class);
            assertThat(context).doesNotHaveBean(SignalTemplate.class);
            assertThat(context).doesNotHaveBean(SignalListenerEndpointRegistry.class);
        });
    }

    @Test
    void listenersOfAnApplicationWhoseBeansAreLazyListen() {
        embedded.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .withBean(Listener.class)
                .withBean("other", Unused.class)
                .run(context -> {
                    roundTrip(context);
                    assertThat(context.getBeanFactory().containsSingleton("other"))
                            .as("beans without listeners stay lazy")
                            .isFalse();
                });
    }

    static class Unused {}

    static class ListenerOfAChild {

        final List<String> seen = new CopyOnWriteArrayList<>();

        @SignalListener(id = "child", value = "pc.child", client = "childClient")
        void listen(String payload) {
            seen.add(payload);
        }

        @EventListener
        void connected(SignalListenerConnectedEvent event) {
            seen.add("connected " + event.getSubscription().name());
        }
    }

    @Test
    void listenersOfAChildContextListen() {
        embedded.run(parent -> {
            DflockdClient client = parent.getBean(DflockdClient.class);
            runner.withParent(parent)
                    .withBean(
                            "childClient",
                            DflockdClient.class,
                            () -> DflockdClient.builder()
                                    .servers(client.servers().get(0).toString())
                                    .build())
                    .withBean(ListenerOfAChild.class)
                    .run(child -> {
                        assertThat(child).hasNotFailed();
                        awaitReady(child);
                        assertThat(client.signals().emit("pc.child", "x")).isEqualTo(1);
                        await().atMost(SOON)
                                .untilAsserted(() -> assertThat(child.getBean(ListenerOfAChild.class).seen)
                                        .contains("x", "connected child"));
                        assertThat(parent.getBean(SignalListenerEndpointRegistry.class)
                                        .getListenerContainerIds())
                                .isEmpty();
                    });
            await().atMost(SOON).until(() -> client.signals().emit("pc.child", "x") == 0);
        });
    }

    static class Wrong {

        @SignalListener("a.>.b")
        void listen(String payload) {}
    }

    @Test
    void listenerThatCannotWorkHasAnAnalysis() {
        embedded.withBean("wrong", Wrong.class).run(context -> {
            FailureAnalysis analysis =
                    new SignalListenerDefinitionFailureAnalyzer().analyze(context.getStartupFailure());
            assertThat(analysis).isNotNull();
            assertThat(analysis.getDescription()).contains("'wrong'", "Wrong.listen(String)", "a.>.b");
            assertThat(analysis.getAction()).contains("channel or pattern");
        });
        // Other analyzers need a bean factory.
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, failure) -> {})))
                .anyMatch(SignalListenerDefinitionFailureAnalyzer.class::isInstance);
    }
}
