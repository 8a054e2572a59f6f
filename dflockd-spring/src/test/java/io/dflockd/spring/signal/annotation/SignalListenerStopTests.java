package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.spring.signal.annotation.SignalContext.Notes;
import io.dflockd.spring.signal.endpoint.DefaultSignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.listener.ContainerSettings;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Stops, restarts, and stops from within a listener. */
@Timeout(60)
class SignalListenerStopTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final SignalContext signals = new SignalContext();

    static final AtomicInteger running = new AtomicInteger();

    static final AtomicInteger most = new AtomicInteger();

    static volatile CountDownLatch release = new CountDownLatch(1);

    @BeforeEach
    void reset() {
        running.set(0);
        most.set(0);
        release = new CountDownLatch(1);
    }

    static class Blocking {

        private final Notes notes;

        Blocking(Notes notes) {
            this.notes = notes;
        }

        @SignalListener(id = "blocking", value = "c")
        void listen(String payload) throws InterruptedException {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            notes.add("begin " + payload);
            release.await();
            notes.add("end " + payload);
            running.decrementAndGet();
        }
    }

    private SignalListenerContainer container(String id) {
        return signals.registry().getListenerContainer(id);
    }

    private void send(int from, int to) throws InterruptedException {
        for (int i = from; i <= to; i++) {
            assertThat(signals.send("c", Integer.toString(i))).isEqualTo(1);
        }
        await().atMost(SOON)
                .until(() -> container("blocking").getSubscriptions().get(0).received() == to - from + 1);
    }

    @Test
    void startWhileAStopIsUnderWayHandlesNothingBesideWhatHadArrived() throws Exception {
        signals.run(Blocking.class);
        send(1, 3);
        CountDownLatch stopped = new CountDownLatch(1);
        container("blocking").stop(stopped::countDown);
        container("blocking").start();
        assertThat(container("blocking").isRunning()).isTrue();
        assertThat(stopped.getCount()).isEqualTo(1);
        await().during(Duration.ofMillis(500)).until(() -> signals.send("c", "missed") == 0 && most.get() == 1);
        release.countDown();
        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
        container("blocking").ready().get(10, TimeUnit.SECONDS);
        assertThat(signals.send("c", "4")).isEqualTo(1);
        signals.notes().await("end 4");
        assertThat(signals.notes().lines)
                .containsSubsequence("begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3", "begin 4", "end 4");
        assertThat(most.get()).isEqualTo(1);
    }

    @Configuration
    static class ShortDrain {

        @Bean
        SignalListenerContainerFactory signalListenerContainerFactory(BeanFactory beans) {
            return new DefaultSignalListenerContainerFactory(
                    beans, ContainerSettings.defaults().withDrainTimeout(Duration.ofMillis(100)));
        }
    }

    @Test
    void startAfterAStopThatGaveUpWaitsForTheHandlerThatStillRuns() throws Exception {
        signals.run(ShortDrain.class, Blocking.class);
        send(1, 1);
        signals.notes().await("begin 1");
        container("blocking").stop();
        assertThat(running.get()).isEqualTo(1);
        container("blocking").start();
        assertThat(container("blocking").ready()).isNotDone();
        signals.send("c", "2");
        await().during(Duration.ofMillis(300)).until(() -> most.get() == 1);
        release.countDown();
        container("blocking").ready().get(10, TimeUnit.SECONDS);
        assertThat(signals.send("c", "3")).isEqualTo(1);
        signals.notes().await("end 3");
        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void stopBeforeADelayedStartHasListenedEndsIt() throws Exception {
        signals.run(ShortDrain.class, Blocking.class);
        send(1, 1);
        signals.notes().await("begin 1");
        container("blocking").stop();
        container("blocking").start();
        container("blocking").stop();
        assertThat(container("blocking").isRunning()).isFalse();
        release.countDown();
        await().atMost(SOON).until(() -> running.get() == 0);
        await().during(Duration.ofMillis(300)).until(() -> signals.send("c", "x") == 0);
        assertThat(signals.notes().lines).containsExactly("begin 1", "end 1");
    }

    /** Writes down how long something took that a listener did. */
    private static void timed(Notes notes, Runnable task) {
        long begin = System.nanoTime();
        task.run();
        notes.add(System.nanoTime() - begin < Duration.ofSeconds(8).toNanos() ? "at once" : "waited for itself");
    }

    static class StopsItself {

        private final Notes notes;

        private final ObjectProvider<SignalListenerEndpointRegistry> registry;

        StopsItself(Notes notes, ObjectProvider<SignalListenerEndpointRegistry> registry) {
            this.notes = notes;
            this.registry = registry;
        }

        @SignalListener(id = "blocking", value = "c")
        void listen(String payload) throws InterruptedException {
            release.await();
            notes.add(payload);
            timed(
                    notes,
                    () -> registry.getObject().getListenerContainer("blocking").stop());
        }
    }

    @Test
    void stopWithinTheHandlerDoesNotWaitForItself() throws Exception {
        signals.run(StopsItself.class);
        send(1, 3);
        release.countDown();
        signals.notes().await("at once");
        assertThat(container("blocking").isRunning()).isFalse();
        await().during(Duration.ofMillis(200)).until(() -> signals.notes().lines.size() == 2);
        assertThat(signals.notes().lines).containsExactly("1", "at once");
    }

    static class ClosesTheContext {

        private final Notes notes;

        private final ApplicationContext context;

        ClosesTheContext(Notes notes, ApplicationContext context) {
            this.notes = notes;
            this.context = context;
        }

        @SignalListener(id = "blocking", value = "c")
        void listen(String payload) {
            timed(notes, ((ConfigurableApplicationContext) context)::close);
        }
    }

    @Test
    void closeOfTheContextWithinTheHandlerDoesNotWaitForItself() throws Exception {
        signals.run(ClosesTheContext.class);
        Notes notes = signals.notes();
        assertThat(signals.send("c", "x")).isEqualTo(1);
        notes.await("at once");
    }

    static class ClosesOnAnEvent {

        private final Notes notes;

        private final ApplicationContext context;

        ClosesOnAnEvent(Notes notes, ApplicationContext context) {
            this.notes = notes;
            this.context = context;
        }

        @SignalListener(id = "blocking", value = "c")
        void listen(String payload) {}

        @EventListener
        void connected(SignalListenerConnectedEvent event) {
            timed(notes, ((ConfigurableApplicationContext) context)::close);
        }
    }

    @Test
    void closeOfTheContextWithinAnEventOfTheContainerDoesNotWaitForItself() {
        signals.begin(ClosesOnAnEvent.class);
        Notes notes = signals.notes();
        notes.await("at once");
    }
}
