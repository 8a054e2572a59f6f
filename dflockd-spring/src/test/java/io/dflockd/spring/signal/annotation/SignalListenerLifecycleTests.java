package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.endpoint.SimpleSignalListenerEndpoint;
import io.dflockd.spring.signal.event.SignalsDroppedEvent;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** When containers start and stop, and that a stop always ends. */
@Timeout(60)
class SignalListenerLifecycleTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    /** What a handler uses, with the phase that lifecycle beans have by default. */
    static class Resource implements SmartLifecycle {

        private final Notes notes;

        private final ObjectProvider<SignalListenerEndpointRegistry> registry;

        private volatile boolean running;

        Resource(Notes notes, ObjectProvider<SignalListenerEndpointRegistry> registry) {
            this.notes = notes;
            this.registry = registry;
        }

        private boolean listening() {
            return registry.getObject().getListenerContainers().stream().anyMatch(SignalListenerContainer::isRunning);
        }

        @Override
        public int getPhase() {
            return SignalListenerContainer.PHASE - 1;
        }

        @Override
        public void start() {
            notes.add("start, listening " + listening());
            running = true;
        }

        @Override
        public void stop() {
            notes.add("stop, listening " + listening());
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    static class Slow {

        private final Notes notes;

        private final Resource resource;

        Slow(Notes notes, Resource resource) {
            this.notes = notes;
            this.resource = resource;
        }

        @SignalListener(id = "slow", value = "slow")
        void listen(String payload) throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(30);
            notes.add(payload + ", resource " + resource.isRunning());
        }
    }

    @Test
    void containersStartLastAndStopFirst() throws Exception {
        assertThat(SignalListenerContainer.PHASE).isGreaterThan(Integer.MAX_VALUE - 1024);
        ConfigurableApplicationContext context = signals.run(Resource.class, Slow.class);
        Notes notes = signals.notes();
        for (int i = 0; i < 5; i++) {
            signals.send("slow", "s" + i);
        }
        notes.await("s0, resource true");
        await().atMost(SOON).until(() -> received("slow") == 5);
        context.close();
        assertThat(notes.lines)
                .containsExactly(
                        "start, listening false",
                        "s0, resource true",
                        "s1, resource true",
                        "s2, resource true",
                        "s3, resource true",
                        "s4, resource true",
                        "stop, listening false");
    }

    static class Stuck {

        static volatile CountDownLatch release = new CountDownLatch(1);

        static final AtomicInteger entered = new AtomicInteger();

        static final AtomicInteger toldOfDrops = new AtomicInteger();

        @SignalListener(id = "stuck", value = "stuck")
        void listen(String payload) throws InterruptedException {
            entered.incrementAndGet();
            release.await();
        }

        @EventListener
        void dropped(SignalsDroppedEvent event) {
            toldOfDrops.incrementAndGet();
        }

        static void reset() {
            release = new CountDownLatch(1);
            entered.set(0);
            toldOfDrops.set(0);
        }
    }

    @Configuration
    static class ShortDrain {

        @Bean
        ContainerSettings settings() {
            return ContainerSettings.defaults().withDrainTimeout(Duration.ofMillis(300));
        }

        @Bean
        SignalListenerContainerFactory signalListenerContainerFactory(
                org.springframework.beans.factory.BeanFactory beans,
                ContainerSettings settings,
                org.springframework.context.ApplicationEventPublisher events) {
            return new io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory(
                    beans, settings.withEvents(events));
        }
    }

    @Configuration
    static class LongDrain {

        @Bean
        SignalListenerContainerFactory signalListenerContainerFactory(
                org.springframework.beans.factory.BeanFactory beans) {
            return new io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory(
                    beans, ContainerSettings.defaults().withDrainTimeout(Duration.ofSeconds(20)));
        }
    }

    private void stick() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            assertThat(signals.send("stuck", "x")).isEqualTo(1);
        }
        await().atMost(SOON).until(() -> received("stuck") == 5 && Stuck.entered.get() == 1);
    }

    private long received(String id) {
        return signals.registry()
                .getListenerContainer(id)
                .getSubscriptions()
                .get(0)
                .received();
    }

    @Test
    void stopWithAStuckHandlerIsBoundedAndNothingIsHandledAfterIt() throws Exception {
        Stuck.reset();
        ConfigurableApplicationContext context = signals.run(ShortDrain.class, Stuck.class);
        stick();
        long before = System.nanoTime();
        context.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
        assertThat(Stuck.entered.get()).isEqualTo(1);
        Stuck.release.countDown();
        context.start();
        signals.registry().getListenerContainer("stuck").ready().get(10, TimeUnit.SECONDS);
        // The connection of before is gone too: one listener is there.
        signals.awaitListeners(1);
        assertThat(signals.send("stuck", "after")).isEqualTo(1);
        await().atMost(SOON).until(() -> Stuck.entered.get() == 2);
        assertThat(Stuck.toldOfDrops.get()).isZero();
    }

    @Test
    void stopEndsWithTheClientWhereAHandlerIsStuck() throws Exception {
        Stuck.reset();
        ConfigurableApplicationContext context = signals.run(LongDrain.class, Stuck.class);
        stick();
        CountDownLatch stopped = new CountDownLatch(1);
        signals.registry().stop(stopped::countDown);
        assertThat(stopped.getCount()).isEqualTo(1);
        context.getBean(DflockdClient.class).close();
        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
        Stuck.release.countDown();
        assertThat(Stuck.entered.get()).isEqualTo(1);
    }

    @Test
    void containerThatIsRegisteredWhileTheRegistryStopsDoesNotStayRunning() throws Exception {
        ConfigurableApplicationContext context = signals.run();
        SignalListenerEndpointRegistry registry = signals.registry();
        DflockdClient client = context.getBean(DflockdClient.class);
        registry.registerListenerContainer(
                new SimpleSignalListenerEndpoint("late", List.of("late"), (signal, subscription) -> {}),
                endpoint ->
                        new SignalListenerContainer(
                                endpoint.getId(),
                                endpoint.getChannels(),
                                null,
                                () -> client,
                                ContainerSettings.defaults(),
                                endpoint.createListener()) {
                            @Override
                            public void start() {
                                registry.stop();
                                super.start();
                            }
                        });
        assertThat(registry.getListenerContainer("late").isRunning()).isFalse();
        await().atMost(SOON).until(() -> signals.send("late", "x") == 0);
    }
}
