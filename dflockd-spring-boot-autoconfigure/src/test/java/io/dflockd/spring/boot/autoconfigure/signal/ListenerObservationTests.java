package io.dflockd.spring.boot.autoconfigure.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

@Timeout(60)
class ListenerObservationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdSignalAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true");

    @Test
    void listenersCallIsObservedAndCurrentForItsBody() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        runner.withBean(ObservationRegistry.class, () -> observations)
                .withBean(Listener.class, () -> new Listener(observations))
                .run(context -> {
                    send(context, "ok");
                    await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("dflockd.signal.listener")
                            .that()
                            .hasBeenStopped()
                            .hasLowCardinalityKeyValue("dflockd.name", "orders")
                            .hasHighCardinalityKeyValue("dflockd.channel", "orders.7")
                            .doesNotHaveError());
                    assertThat(context.getBean(Listener.class).current).doesNotContainNull();
                });
    }

    @Test
    void failureOfTheListenerIsAnErrorOfItsObservation() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        runner.withBean(ObservationRegistry.class, () -> observations)
                .withBean(Listener.class, () -> new Listener(observations))
                .run(context -> {
                    send(context, "bad");
                    await().untilAsserted(() -> TestObservationRegistryAssert.assertThat(observations)
                            .hasObservationWithNameEqualTo("dflockd.signal.listener")
                            .that()
                            .hasBeenStopped()
                            .hasError());
                });
    }

    @Test
    void handlersThatThrowKeepNoSignalFromItsListener() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new Throwing());
        runner.withBean(ObservationRegistry.class, () -> observations)
                .withBean(Listener.class, () -> new Listener(observations))
                .run(context -> {
                    send(context, "one");
                    send(context, "two");
                    await().untilAsserted(() ->
                            assertThat(context.getBean(Listener.class).seen).containsExactly("one", "two"));
                });
    }

    @Test
    void switchedOffByItsProperty() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        runner.withBean(ObservationRegistry.class, () -> observations)
                .withBean(Listener.class, () -> new Listener(observations))
                .withPropertyValues("dflockd.observations.enabled=false")
                .run(context -> {
                    send(context, "ok");
                    await().until(() -> context.getBean(Listener.class).seen.size() == 1);
                    TestObservationRegistryAssert.assertThat(observations).doesNotHaveAnyObservation();
                });
    }

    private static void send(ApplicationContext context, String payload) throws Exception {
        for (SignalListenerContainer container :
                context.getBean(SignalListenerEndpointRegistry.class).getListenerContainers()) {
            container.ready().get(10, TimeUnit.SECONDS);
        }
        context.getBean(SignalTemplate.class).send("orders.7", payload);
    }

    static class Listener {

        private final ObservationRegistry observations;

        final List<String> seen = new CopyOnWriteArrayList<>();

        final List<@Nullable Observation> current = new CopyOnWriteArrayList<>();

        Listener(ObservationRegistry observations) {
            this.observations = observations;
        }

        @SignalListener(id = "orders", value = "orders.*")
        void order(String payload) {
            current.add(observations.getCurrentObservation());
            seen.add(payload);
            if (payload.equals("bad")) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    private static final class Throwing implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            throw new IllegalStateException("start");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            throw new IllegalStateException("scope");
        }

        @Override
        public void onStop(Observation.Context context) {
            throw new IllegalStateException("stop");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
