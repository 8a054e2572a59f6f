package io.dflockd.spring.boot.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.ServerAddress;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.boot.autoconfigure.DflockdLockAutoConfiguration;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class DflockdMetricsAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdLockAutoConfiguration.class,
                    DflockdMetricsAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true");

    private final ApplicationContextRunner metered = runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new);

    @Test
    void countsAlsoIfBeansAreLazy() {
        metered.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> {
                    context.getBean(DflockdClient.class)
                            .lock("a")
                            .withName("order")
                            .acquire()
                            .close();
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    Awaitility.await()
                            .ignoreException(MeterNotFoundException.class)
                            .untilAsserted(() ->
                                    assertThat(acquisitions(meters, "acquired")).isEqualTo(1));
                });
    }

    @Test
    void countsWhatHappens() {
        metered.run(context -> {
            DflockdClient client = context.getBean(DflockdClient.class);
            MeterRegistry meters = bound(
                    context.getBean(MeterRegistry.class),
                    context.getBeansOfType(MeterBinder.class).values());
            try (LockHandle held = client.lock("a").withName("order").acquire()) {
                assertThat(client.lock("a").withName("order").tryAcquire()).isEmpty();
                assertThat(meters.get("dflockd.held")
                                .tag("dflockd.kind", "lock")
                                .gauge()
                                .value())
                        .isEqualTo(1);
                context.getBean(EmbeddedDflockdServer.class).faults().expireNow("a");
                held.renewAsync().join();
            }
            // A meter is not there before the first event.
            Awaitility.await().ignoreException(MeterNotFoundException.class).untilAsserted(() -> {
                assertThat(acquisitions(meters, "acquired")).isEqualTo(1);
                assertThat(acquisitions(meters, "busy")).isEqualTo(1);
                assertThat(meters.get("dflockd.lost")
                                .tag("dflockd.name", "order")
                                .counter()
                                .count())
                        .isEqualTo(1);
                assertThat(meters.get("dflockd.connects")
                                .tag("dflockd.client", "default")
                                .counter()
                                .count())
                        .isPositive();
                assertThat(meters.get("dflockd.held")
                                .tag("dflockd.kind", "lock")
                                .gauge()
                                .value())
                        .isZero();
            });
        });
    }

    @Test
    void lossAtTheMaximumTimeHasAReasonOfItsOwn() {
        LockOptions report = LockOptions.builder()
                .name("report")
                .holdAtMost(Duration.ofMillis(20))
                .onLost(OnLost.INTERRUPT)
                .build();
        metered.run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            LockTemplate template = context.getBean(LockTemplate.class);

            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(() ->
                            template.execute("k", report, held -> new CountDownLatch(1).await(1, TimeUnit.HOURS)));

            Awaitility.await()
                    .ignoreException(MeterNotFoundException.class)
                    .untilAsserted(() -> assertThat(meters.get("dflockd.lost")
                                    .tag("dflockd.name", "report")
                                    .tag("dflockd.reason", "held_too_long")
                                    .counter()
                                    .count())
                            .isEqualTo(1));
        });
    }

    /** Keys never become tags, and names only up to a bound. */
    @Test
    void tenThousandKeysAndNamesMakeABoundedNumberOfMeters() {
        metered.withPropertyValues("dflockd.metrics.max-names=3").run(context -> {
            DflockdClient client = context.getBean(DflockdClient.class);
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            for (int i = 0; i < 1000; i++) {
                client.lock("key" + i).acquire().close();
            }
            for (int i = 0; i < 20; i++) {
                client.lock("key" + i).withName("name" + i).acquire().close();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(meters.find("dflockd.releases").counters().stream()
                                    .mapToDouble(Counter::count)
                                    .sum())
                            .isEqualTo(1020));
            assertThat(meters.find("dflockd.acquisitions").meters()).hasSize(5);
            assertThat(meters.find("dflockd.acquisitions")
                            .tag("dflockd.name", "other")
                            .counter()
                            .count())
                    .isEqualTo(17);
            assertThat(meters.getMeters())
                    .extracting(Meter::getId)
                    .noneMatch(id ->
                            id.getTags().stream().anyMatch(tag -> tag.getValue().startsWith("key")));
        });
    }

    /** The timers of observations have the names as a tag too, and the long task timers before they end. */
    @Test
    void sixtyNamesMakeABoundedNumberOfTimers() {
        ObservationRegistry observations = ObservationRegistry.create();
        metered.withBean(ObservationRegistry.class, () -> observations)
                .withPropertyValues("dflockd.metrics.max-names=5")
                .run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
                    LockTemplate locks = context.getBean(LockTemplate.class);
                    for (int i = 0; i < 60; i++) {
                        LockOptions options =
                                LockOptions.builder().name("name" + i).build();
                        locks.executeWithoutResult("k", options, handle -> {});
                    }
                    for (String observation : List.of("dflockd.lock.acquire", "dflockd.lock.hold")) {
                        assertThat(meters.find(observation).timers()).hasSize(6);
                        assertThat(meters.find(observation + ".active").longTaskTimers())
                                .hasSize(6);
                        assertThat(meters.get(observation)
                                        .tag("dflockd.name", "other")
                                        .timer()
                                        .count())
                                .isEqualTo(55);
                    }
                });
    }

    @Test
    void contextsThatShareARegistryShareTheirGauges() {
        MeterRegistry shared = new SimpleMeterRegistry();
        ApplicationContextRunner sharing = runner.withBean("meters", MeterRegistry.class, () -> shared);
        try (EmbeddedDflockdServer server = started()) {
            ApplicationContextRunner application = sharing.withPropertyValues("dflockd.servers=" + server.address());
            application.run(first -> {
                bound(shared, first.getBeansOfType(MeterBinder.class).values());
                LockHandle a = first.getBean(DflockdClient.class).lock("a").acquire();
                application.run(second -> {
                    bound(shared, second.getBeansOfType(MeterBinder.class).values());
                    LockHandle b = second.getBean(DflockdClient.class).lock("b").acquire();
                    LockHandle c = second.getBean(DflockdClient.class).lock("c").acquire();
                    Awaitility.await()
                            .untilAsserted(() -> assertThat(held(shared)).isEqualTo(3));
                    // Until here they are referenced: an abandoned handle is released.
                    b.release();
                    c.release();
                });
                Awaitility.await().untilAsserted(() -> assertThat(held(shared)).isEqualTo(1));
                a.release();
            });
            assertThat(shared.find("dflockd.held").gauges()).isEmpty();
            application.run(third -> {
                bound(shared, third.getBeansOfType(MeterBinder.class).values());
                LockHandle d = third.getBean(DflockdClient.class).lock("d").acquire();
                Awaitility.await().untilAsserted(() -> assertThat(held(shared)).isEqualTo(1));
                d.release();
            });
        }
    }

    @Test
    void clientThatIsNoDefaultCandidateHasGauges() {
        metered.withUserConfiguration(NoDefaultCandidate.class).run(context -> {
            MeterRegistry meters = bound(
                    context.getBean(MeterRegistry.class),
                    context.getBeansOfType(MeterBinder.class).values());
            assertThat(meters.get("dflockd.connections")
                            .tag("dflockd.client", "special")
                            .gauges())
                    .hasSize(1);
            assertThat(meters.get("dflockd.connections")
                            .tag("dflockd.client", "default")
                            .gauges())
                    .hasSize(1);
        });
    }

    @Test
    void registryAndObservationHandlerThatThrowBreakNoLock() {
        ObservationRegistry observations = ObservationRegistry.create();
        observations.observationConfig().observationHandler(new ThrowingHandler());
        runner.withBean(MeterRegistry.class, ThrowingRegistry::new)
                .withBean(ObservationRegistry.class, () -> observations)
                .run(context -> {
                    LockTemplate locks = context.getBean(LockTemplate.class);
                    for (int i = 0; i < 3; i++) {
                        assertThat(locks.<Boolean, RuntimeException>execute("k", LockHandle::isHeld))
                                .isTrue();
                    }
                });
    }

    @Test
    void noMeterHasTheNameOfATimer() {
        ObservationRegistry observations = ObservationRegistry.create();
        metered.withBean(ObservationRegistry.class, () -> observations).run(context -> {
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            observations.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
            context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {});
            Awaitility.await().until(() -> meters.find("dflockd.releases").counter() != null);
            assertThat(meters.find("dflockd.lock.acquire").timer()).isNotNull();
            assertThat(meters.find("dflockd.lock.acquire").counter()).isNull();
        });
    }

    /** A client that fails to connect before the registry is made: its event comes on a thread of the client. */
    @Test
    void eventOfTheStartIsCountedAndMakesNoBean(CapturedOutput output) {
        AtomicReference<Thread> maker = new AtomicReference<>();
        closedPort()
                .withBean("a", Connecting.class)
                .withBean("registry", MeterRegistry.class, () -> {
                    maker.set(Thread.currentThread());
                    return new SimpleMeterRegistry();
                })
                .run(context -> {
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(maker).hasValue(Thread.currentThread());
                    Awaitility.await()
                            .ignoreException(MeterNotFoundException.class)
                            .until(() -> meters.get("dflockd.connect.failures")
                                            .counter()
                                            .count()
                                    > 0);
                });
        assertNoWarnings(output);
    }

    /** Clients of the tests before may still log losses. */
    private static void assertNoWarnings(CapturedOutput output) {
        assertThat(output.getOut().lines().filter(line -> line.contains("WARN") && !line.contains("was lost")))
                .isEmpty();
    }

    @Test
    void firstEventWhileTheContextClosesMakesNoBean(CapturedOutput output) throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        closedPort()
                .withBean("connecting", ConnectingAtTheEnd.class)
                .withBean(DflockdClientBuilderCustomizer.class, () -> (builder, name) -> builder.listener(told(told)))
                .withUserConfiguration(RegistryThatIsDestroyedFirst.class)
                .run(context -> context.getBean(ConnectingAtTheEnd.class).told = told);
        assertThat(told.getCount()).isZero();
        assertNoWarnings(output);
        assertThat(output).doesNotContain("BeanCreation");
    }

    @Test
    void eventOfAStartThatFailsMakesNoBean(CapturedOutput output) {
        closedPort()
                .withBean("a", Connecting.class)
                .withBean("b", Object.class, () -> {
                    throw new IllegalStateException("this start fails");
                })
                .withBean("registry", MeterRegistry.class, () -> {
                    throw new IllegalStateException("nobody may ask for the registry");
                })
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("this start fails"));
        assertThat(output).doesNotContain("nobody may ask");
    }

    private ApplicationContextRunner closedPort() {
        return new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(DflockdAutoConfiguration.class, DflockdMetricsAutoConfiguration.class))
                .withPropertyValues("dflockd.servers=127.0.0.1:1", "dflockd.connect-timeout=100ms");
    }

    private static DflockdClientListener told(CountDownLatch told) {
        return new DflockdClientListener() {
            @Override
            public void connectFailed(ServerAddress server, DflockdException cause) {
                told.countDown();
            }
        };
    }

    /** Waits until listeners have been told: the event of the counters comes before that of the bean's own listener. */
    static class Connecting {

        Connecting(DflockdClient client) throws InterruptedException {
            failToConnect(client);
            // A second failure is told after all listeners know the first one.
            failToConnect(client);
        }

        static void failToConnect(DflockdClient client) throws InterruptedException {
            assertThatExceptionOfType(DflockdConnectionException.class).isThrownBy(client::connect);
        }
    }

    static class ConnectingAtTheEnd implements DisposableBean {

        private final DflockdClient client;

        CountDownLatch told = new CountDownLatch(0);

        ConnectingAtTheEnd(DflockdClient client) {
            this.client = client;
        }

        @Override
        public void destroy() throws InterruptedException {
            Connecting.failToConnect(client);
            assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void switchedOffByItsPropertyAndWithoutARegistryOrMicrometer() {
        metered.withPropertyValues("dflockd.metrics.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("dflockdCounters"));
        runner.run(context -> assertThat(context).doesNotHaveBean("dflockdCounters"));
        runner.withClassLoader(new FilteredClassLoader(MeterRegistry.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("dflockdCounters"));
    }

    private static EmbeddedDflockdServer started() {
        try {
            return EmbeddedDflockdServer.builder().start();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private static double held(MeterRegistry meters) {
        return meters.get("dflockd.held").tag("dflockd.kind", "lock").gauge().value();
    }

    private static double acquisitions(MeterRegistry meters, String outcome) {
        return meters.get("dflockd.acquisitions")
                .tags("dflockd.outcome", outcome, "dflockd.name", "order", "dflockd.client", "default")
                .counter()
                .count();
    }

    private static MeterRegistry bound(MeterRegistry registry, Iterable<MeterBinder> binders) {
        binders.forEach(binder -> binder.bindTo(registry));
        return registry;
    }

    private static final class ThrowingRegistry extends SimpleMeterRegistry {

        @Override
        protected Counter newCounter(Meter.Id id) {
            throw new IllegalStateException("this registry is broken");
        }
    }

    private static final class ThrowingHandler implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            throw new IllegalStateException("this handler is broken");
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class RegistryThatIsDestroyedFirst {

        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NoDefaultCandidate {

        @Bean(defaultCandidate = false)
        DflockdClient special() {
            return DflockdClient.builder().servers("special.test").build();
        }
    }
}
