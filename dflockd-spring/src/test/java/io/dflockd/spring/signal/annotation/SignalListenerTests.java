package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.SignalHeaders;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.endpoint.SimpleSignalListenerEndpoint;
import io.dflockd.spring.signal.event.SignalGapEvent;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import io.dflockd.spring.signal.listener.SignalListenerErrorHandler;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.util.ErrorHandler;

@Timeout(60)
class SignalListenerTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    record Order(String id, int amount) {}

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    private Notes run(Class<?>... configurations) {
        signals.run(configurations);
        return signals.notes();
    }

    static class Arguments {

        private final Notes notes;

        Arguments(Notes notes) {
            this.notes = notes;
        }

        @SignalListener("text.*")
        void text(String payload) {
            notes.add("text " + payload);
        }

        @SignalListener(channels = "order.*")
        void order(
                @Header(SignalHeaders.CHANNEL) String channel,
                @Header(SignalHeaders.PATTERN) String pattern,
                @Header(name = SignalHeaders.GROUP, required = false) String group,
                @Payload Order order,
                Signal signal) {
            notes.add(channel + " " + pattern + " " + group + " " + order.id() + " "
                    + signal.payload().length());
        }

        @SignalListener("order.*")
        void message(Message<Order> message, @Headers Map<String, Object> headers) {
            notes.add("message " + message.getPayload().amount() + " " + headers.get(SignalHeaders.CHANNEL));
        }

        @SignalListener("orders")
        int list(List<Order> orders) {
            notes.add("list " + orders.get(1).id());
            return 1;
        }

        @SignalListener("orders")
        void optional(Optional<List<Order>> orders) {
            notes.add("optional " + orders.orElseThrow().size());
        }

        @SignalListener(value = "jobs.>", group = "workers")
        void job(@Header(SignalHeaders.GROUP) String group, Signal signal) {
            notes.add(group + " " + signal.channel());
        }

        @SignalListener("nothing")
        void nothing() {
            notes.add("nothing");
        }
    }

    @Test
    void argumentsAreResolved() {
        Notes notes = run(Arguments.class);
        SignalTemplate template = new SignalTemplate(signals.sender());
        template.send("text.a", "hello");
        template.send("text.a", " ");
        template.convertAndSend("order.new", new Order("o1", 7));
        template.convertAndSend("orders", List.of(new Order("o1", 1), new Order("o2", 2)));
        template.send("jobs.a", "x");
        template.send("nothing", "x");
        notes.await(
                "text hello",
                "text  ",
                "order.new order.* null o1 22",
                "message 7 order.new",
                "list o2",
                "optional 2",
                "workers jobs.a",
                "nothing");
    }

    static class Ordered {

        final List<Integer> numbers = new CopyOnWriteArrayList<>();

        final Set<Thread> threads = ConcurrentHashMap.newKeySet();

        @SignalListener("n")
        void number(String payload) {
            threads.add(Thread.currentThread());
            numbers.add(Integer.parseInt(payload));
        }
    }

    @Test
    void signalsComeInOrderOnThreadsOfTheClient() throws Exception {
        run(Ordered.class);
        Ordered ordered = signals.context().getBean(Ordered.class);
        int count = 2000;
        for (int i = 0; i < count; i++) {
            assertThat(signals.send("n", Integer.toString(i))).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> ordered.numbers.size() == count);
        assertThat(ordered.numbers)
                .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList());
        assertThat(ordered.threads)
                .allMatch(thread -> thread.isDaemon() && thread.getName().startsWith("dflockd-signal"));
    }

    static class Resolved {

        private final Notes notes;

        Resolved(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(
                id = "${listener.id}",
                channels = {"${listener.channels}", "#{'spel.' + 'x'}"},
                group = "${listener.group:}",
                concurrency = "${listener.concurrency}",
                autoStartup = "${listener.start}",
                client = "${listener.client:dflockdClient}")
        @SignalListener(id = "second", value = "second")
        void listen(Signal signal) {
            notes.add(signal.channel());
        }
    }

    @Test
    void placeholdersAndExpressionsAreResolved() throws Exception {
        Map<String, Object> properties = Map.of(
                "listener.id", "mine",
                "listener.channels", "a.*, b",
                "listener.concurrency", "3",
                "listener.start", "false");
        signals.begin(properties, Resolved.class);
        SignalListenerEndpointRegistry registry = signals.registry();
        assertThat(registry.getListenerContainerIds()).containsExactlyInAnyOrder("mine", "second");
        SignalListenerContainer container = registry.getListenerContainer("mine");
        assertThat(container.getChannels()).containsExactly("a.*", "b", "spel.x");
        assertThat(container.getGroup()).isNull();
        assertThat(container.getSettings().concurrency()).isEqualTo(3);
        assertThat(container.isRunning()).isFalse();
        container.start();
        SignalContext.awaitReady(container);
        assertThat(signals.send("spel.x", "x")).isEqualTo(1);
        signals.notes().await("spel.x");
    }

    static class Failing {

        private final Notes notes;

        Failing(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(channels = "f", errorHandler = "rich")
        void rich(String payload) throws Exception {
            fail("rich", payload);
        }

        @SignalListener(channels = "f", errorHandler = "plain")
        void plain(String payload) throws Exception {
            fail("plain", payload);
        }

        @SignalListener("f")
        void logged(Order order) {
            notes.add("logged " + order.id());
        }

        private void fail(String who, String payload) throws Exception {
            switch (payload) {
                case "checked" -> throw new java.io.IOException("checked");
                case "error" -> throw new AssertionError("error");
                default -> notes.add(who + " " + payload);
            }
        }
    }

    @Configuration
    static class ErrorHandlers {

        @Bean
        @Lazy
        SignalListenerErrorHandler rich(Notes notes) {
            return (signal, subscription, cause) ->
                    notes.add("rich " + subscription.name() + " " + signal.payload() + " " + cause.getMessage());
        }

        @Bean
        ErrorHandler plain(Notes notes) {
            return cause -> {
                notes.add("plain " + cause.getMessage());
                throw new IllegalStateException("the error handler fails as well");
            };
        }
    }

    @Test
    void failuresGoToTheErrorHandlerAndTheNextSignalComes() throws Exception {
        Notes notes = run(ErrorHandlers.class, Failing.class);
        String ok = "{\"id\":\"fine\",\"amount\":1}";
        for (String payload : List.of("checked", "error", ok)) {
            signals.send("f", payload);
        }
        notes.await(
                "rich signalListenerTests.Failing.rich checked checked",
                "rich signalListenerTests.Failing.rich error error",
                "plain checked",
                "plain error",
                "rich " + ok,
                "plain " + ok,
                "logged fine");
    }

    static class Events {

        private final Notes notes;

        Events(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(id = "e", value = "e")
        void listen(String payload) {
            notes.add(payload);
        }

        @EventListener
        void connected(SignalListenerConnectedEvent event) {
            notes.add("connected " + event.getSubscription().name() + " " + event.isAgain());
        }

        @EventListener
        void gap(SignalGapEvent event) {
            notes.add("gap " + event.getReason() + " " + event.getSubscription().pattern());
        }
    }

    @Test
    void survivesARestartAndPublishesTheGap() throws Exception {
        Notes notes = run(Events.class);
        signals.server().restart();
        notes.await("gap RECONNECTED e");
        await().atMost(SOON).ignoreExceptions().until(() -> signals.send("e", "after") == 1);
        notes.await("after");
        assertThat(notes.lines).containsSubsequence("connected e false", "connected e true", "gap RECONNECTED e");
    }

    @Test
    void startsWhileTheServerIsDownAndAttachesWhenItComesUp() throws Exception {
        signals.server().stop();
        signals.begin(Events.class);
        Notes notes = signals.notes();
        SignalListenerContainer container = signals.registry().getListenerContainer("e");
        assertThat(container.isRunning()).isTrue();
        assertThat(notes.lines).isEmpty();
        signals.server().start();
        SignalContext.awaitReady(container);
        await().atMost(SOON).ignoreExceptions().until(() -> signals.send("e", "hello") == 1);
        notes.await("connected e false", "hello");
    }

    static class Slow {

        static final AtomicInteger handled = new AtomicInteger();

        static volatile CountDownLatch started = new CountDownLatch(1);

        @SignalListener(id = "slow", channels = "s")
        void listen(String payload) throws InterruptedException {
            started.countDown();
            Thread.sleep(20);
            handled.incrementAndGet();
        }
    }

    @Test
    void stopHandlesWhatHasArrivedAndNothingMore() throws Exception {
        Slow.handled.set(0);
        Slow.started = new CountDownLatch(1);
        run(Slow.class);
        for (int i = 0; i < 20; i++) {
            signals.send("s", "x");
        }
        SignalListenerContainer container = signals.registry().getListenerContainer("slow");
        await().atMost(SOON).until(() -> container.getSubscriptions().get(0).received() == 20);
        signals.context().close();
        assertThat(Slow.handled.get()).isEqualTo(20);
        assertThat(container.isRunning()).isFalse();
        await().atMost(SOON).until(() -> signals.send("s", "late") == 0);
        assertThat(Slow.handled.get()).isEqualTo(20);
    }

    @Test
    void containersCanBeStoppedAndStartedAgain() throws Exception {
        Notes notes = run(Events.class);
        signals.context().stop();
        await().atMost(SOON).until(() -> signals.send("e", "missed") == 0);
        signals.context().start();
        SignalContext.awaitReady(signals.registry().getListenerContainer("e"));
        signals.send("e", "again");
        notes.await("again");
        assertThat(notes.lines).doesNotContain("missed");
    }

    @Lazy
    static class Late {

        private final Notes notes;

        Late(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(id = "late", value = "late")
        void listen(String payload) {
            notes.add("late " + payload);
        }
    }

    @Test
    void listenerOfALateBeanStartsWithIt() throws Exception {
        Notes notes = run(Late.class);
        SignalListenerEndpointRegistry registry = signals.registry();
        assertThat(registry.getListenerContainerIds()).isEmpty();
        signals.context().getBean(Late.class);
        SignalContext.awaitReady(registry.getListenerContainer("late"));
        signals.send("late", "x");
        notes.await("late x");
    }

    @Configuration
    static class InCode {

        @Bean
        SignalListenerConfigurer configurer(Notes notes) {
            return registrar -> registrar.registerEndpoint(new SimpleSignalListenerEndpoint(
                    "in-code",
                    List.of("c.*"),
                    (signal, subscription) -> notes.add(subscription.name() + " " + signal.payload())));
        }
    }

    @Test
    void endpointsCanBeRegisteredInCode() throws Exception {
        Notes notes = run(InCode.class);
        signals.send("c.d", "x");
        notes.await("in-code x");
    }

    @Configuration
    static class OwnFactory {

        @Bean
        SignalListenerConfigurer configurer(BeanFactory beanFactory) {
            return registrar -> registrar.setContainerFactory(new DefaultSignalListenerContainerFactory(
                    beanFactory, ContainerSettings.defaults().withConcurrency(7)));
        }
    }

    @Test
    void containerFactoryCanBeSetInCode() throws Exception {
        run(OwnFactory.class, Slow.class);
        assertThat(signals.registry().getListenerContainer("slow").getSettings().concurrency())
                .isEqualTo(7);
    }

    @Test
    void refusals() {
        refused(BlankGroup.class, "group");
        refused(BadPattern.class, "a.>.b");
        refused(NoChannel.class, "channels");
        refused(TwoPayloads.class, "several parameters that could be the payload");
        refused(Asynchronous.class, "CompletableFuture");
        refused(BadConcurrency.class, "'many' for 'concurrency'");
        refused(NoSuchErrorHandler.class, "'nobody' for 'errorHandler'");
        refused(NoSuchClient.class, "client 'nobody'");
        refused(NoSuchFactory.class, "containerFactory 'nobody'");
        refused(SameId.class, "same id");
        refused(NotConvertible.class, "TextSignalConverter", OnlyText.class);
    }

    private void refused(Class<?> listener, String text, Class<?>... more) {
        Class<?>[] all = new Class<?>[more.length + 1];
        all[0] = listener;
        System.arraycopy(more, 0, all, 1, more.length);
        Throwable failure = signals.failure(all);
        assertThat(SignalContext.messages(failure)).contains(text);
        assertThat(definitionException(failure).description()).contains(listener.getSimpleName());
    }

    private static SignalListenerDefinitionException definitionException(Throwable failure) {
        Throwable cause = failure;
        while (!(cause instanceof SignalListenerDefinitionException)) {
            assertThat(cause).as("a cause for the failure analysis").isNotNull();
            cause = cause.getCause();
        }
        return (SignalListenerDefinitionException) cause;
    }

    static class BlankGroup {
        @SignalListener(value = "a", group = "  ")
        void listen(String payload) {}
    }

    static class BadPattern {
        @SignalListener(value = "a.>.b", autoStartup = "false")
        void listen(String payload) {}
    }

    static class NoChannel {
        @SignalListener("${none:}")
        void listen(String payload) {}
    }

    static class TwoPayloads {
        @SignalListener("a")
        void listen(String payload, Order other) {}
    }

    static class Asynchronous {
        @SignalListener("a")
        java.util.concurrent.CompletableFuture<Void> listen(String payload) {
            return null;
        }
    }

    static class BadConcurrency {
        @SignalListener(value = "a", concurrency = "many")
        void listen(String payload) {}
    }

    static class NoSuchErrorHandler {
        @SignalListener(value = "a", errorHandler = "nobody")
        void listen(String payload) {}
    }

    static class NoSuchClient {
        @SignalListener(value = "a", client = "nobody")
        void listen(String payload) {}
    }

    static class NoSuchFactory {
        @SignalListener(value = "a", containerFactory = "nobody")
        void listen(String payload) {}
    }

    static class SameId {
        @SignalListener(id = "x", value = "a")
        void one(String payload) {}

        @SignalListener(id = "x", value = "b")
        void two(String payload) {}
    }

    static class NotConvertible {
        @SignalListener("a")
        void listen(Order order) {}
    }

    @Configuration
    static class OnlyText {
        @Bean
        io.dflockd.spring.signal.SignalConverter converter() {
            return new io.dflockd.spring.signal.TextSignalConverter();
        }
    }
}
