package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.health.DflockdHealthContributorAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.signal.DflockdSignalAutoConfiguration;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.SemaphoreOperations;
import io.dflockd.spring.lock.SemaphoreTemplate;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.annotation.OnBusy;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

@ExtendWith(OutputCaptureExtension.class)
class DflockdLockAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdLockAutoConfiguration.class,
                    DflockdAopAutoConfiguration.class));

    private final ApplicationContextRunner embedded = runner.withPropertyValues("dflockd.embedded.enabled=true");

    @Test
    void annotationLocksOnTheServer() {
        embedded.withBean(Guarded.class).run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            int held = context.getBean(Guarded.class)
                    .count(() -> server.view().holders("order:7").size(), 7);
            assertThat(held).isEqualTo(1);
            assertThat(server.view().holders()).isEmpty();
        });
    }

    @Test
    void templateOfASecondClientStandsBesideTheOneOfTheDefaultClient() {
        embedded.withPropertyValues("dflockd.clients.reports.acquire-timeout=1s")
                .withUserConfiguration(SecondTemplate.class)
                .run(context -> {
                    assertThat(context)
                            .hasNotFailed()
                            .getBeans(LockTemplate.class)
                            .hasSize(2);
                    assertThat(context.getBean(LockTemplate.class)).isSameAs(context.getBean("lockTemplate"));
                });
    }

    static class Job {

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP)
        public void skipping() {}

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP, client = "jobs")
        public void onJobs() {}
    }

    @ParameterizedTest
    @CsvSource({"10s,0s,true,false", "0s,10s,false,true", "0s,0s,false,false"})
    void acquireTimeoutOfThePropertiesDecidesWhetherAJobWaits(
            String ofDefault, String ofJobs, boolean defaultWaits, boolean jobsWait, CapturedOutput output) {
        embedded.withPropertyValues(
                        "dflockd.acquire-timeout=" + ofDefault, "dflockd.clients.jobs.acquire-timeout=" + ofJobs)
                .withBean(Job.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(output.toString().contains("Job.skipping() waits for its lock"))
                .isEqualTo(defaultWaits);
        assertThat(output.toString().contains("Job.onJobs() waits for its lock"))
                .isEqualTo(jobsWait);
    }

    @Test
    void annotationLocksWhateverTheAopPropertiesSay() {
        for (String aop : new String[] {"spring.aop.auto=false", "spring.aop.proxy-target-class=false"}) {
            embedded.withPropertyValues(aop).withBean(Guarded.class).run(context -> {
                EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
                assertThat(context.getBean(Guarded.class)
                                .count(() -> server.view().holders().size(), 1))
                        .isEqualTo(1);
            });
        }
    }

    @Test
    void annotationOnANamedClientLocksThere() throws Exception {
        try (EmbeddedDflockdServer reports = EmbeddedDflockdServer.builder().start()) {
            embedded.withPropertyValues("dflockd.clients.reports.servers=" + reports.address())
                    .withBean(OnReports.class)
                    .run(context -> assertThat(context.getBean(OnReports.class)
                                    .count(() ->
                                            reports.view().holders("report").size()))
                            .isEqualTo(1));
        }
    }

    @Test
    void holdLimitsOfThePropertiesApplyUnlessTheAnnotationSaysOtherwise() throws Exception {
        try (EmbeddedDflockdServer reports = EmbeddedDflockdServer.builder().start()) {
            embedded.withPropertyValues(
                            "dflockd.hold-at-least=1h",
                            "dflockd.hold-at-least-on-close=0s",
                            "dflockd.clients.reports.servers=" + reports.address(),
                            "dflockd.clients.reports.hold-at-most=30ms")
                    .withBean(Limited.class)
                    .run(context -> {
                        EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
                        Limited limited = context.getBean(Limited.class);

                        limited.byDefault();
                        limited.none();
                        limited.slot();

                        assertThat(server.view().holders("default")).hasSize(1);
                        assertThat(server.view().holders("none")).isEmpty();
                        assertThat(server.view().holders("slot")).hasSize(1);
                        assertThatExceptionOfType(LockLostException.class)
                                .isThrownBy(limited::onReports)
                                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
                    });
        }
    }

    @Test
    void templatesAreThereAndReplaceable() {
        embedded.run(context ->
                assertThat(context).hasSingleBean(LockTemplate.class).hasSingleBean(SemaphoreTemplate.class));
        embedded.withBean(LockOperations.class, LockOperations::withoutLocking).run(context -> {
            assertThat(context).hasSingleBean(LockOperations.class).hasSingleBean(SemaphoreTemplate.class);
            assertThat(context.getBean(LockOperations.class)).isSameAs(LockOperations.withoutLocking());
        });
    }

    @Test
    void observationsAreMadeUnlessSwitchedOff() {
        TestObservationRegistry observations = TestObservationRegistry.create();
        ApplicationContextRunner observed = embedded.withBean(TestObservationRegistry.class, () -> observations);

        observed.withPropertyValues("dflockd.observations.enabled=false").run(context -> {
            context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {});
            TestObservationRegistryAssert.assertThat(observations).doesNotHaveAnyObservation();
        });
        observed.run(context -> {
            context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {});
            TestObservationRegistryAssert.assertThat(observations)
                    .hasObservationWithNameEqualTo("dflockd.lock.acquire")
                    .that()
                    .hasLowCardinalityKeyValue("dflockd.name", "unnamed")
                    .hasHighCardinalityKeyValue("dflockd.key", "k");
        });
    }

    @Test
    void keyEncodingComesFromItsProperty() {
        embedded.withPropertyValues("dflockd.key-encoding=percent").run(context -> {
            EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
            int held = context.getBean(LockTemplate.class)
                    .execute("a b", handle -> server.view().holders("a%20b").size());
            assertThat(held).isEqualTo(1);
        });
    }

    @Test
    void settingsCanBeCustomized() {
        embedded.withBean(LockSettingsCustomizer.class, () -> settings -> settings.keyEncoding(key -> "tenant:" + key))
                .run(context -> {
                    EmbeddedDflockdServer server = context.getBean(EmbeddedDflockdServer.class);
                    int held = context.getBean(LockTemplate.class)
                            .execute(
                                    "k",
                                    handle -> server.view().holders("tenant:k").size());
                    assertThat(held).isEqualTo(1);
                });
    }

    @Test
    void disabledWithAGuardedBeanFailsTheStart() {
        runner.withPropertyValues("dflockd.enabled=false")
                .withBean(Guarded.class)
                .run(context -> assertThat(context).getFailure().isInstanceOf(LockDefinitionException.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maybe", "no", "0", ""})
    void valueOfEnabledThatIsNeitherTrueNorFalseNeverRunsUnlocked(String value) {
        runner.withPropertyValues("dflockd.enabled=" + value, "dflockd.without-locking=true")
                .withBean("suspect", Guarded.class)
                .run(context -> assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("Guarded.count")
                        .hasMessageContaining("needs a DflockdClient bean"));
    }

    @Test
    void lockIsAroundTheTransactionOfBootsAutoConfiguration() {
        embedded.withConfiguration(AutoConfigurations.of(TransactionAutoConfiguration.class))
                .withPropertyValues("spring.aop.auto=false", "spring.aop.proxy-target-class=false")
                .withBean(Transactions.class)
                .withBean(InTransaction.class)
                .run(context -> {
                    context.getBean(InTransaction.class).write();
                    assertThat(context.getBean(Transactions.class).steps)
                            .containsExactly("begin, 1 held", "commit, 1 held");
                });
    }

    @Test
    void disabledWithAClientOfTheApplicationsOwnLocksThere() throws Exception {
        try (EmbeddedDflockdServer own = EmbeddedDflockdServer.builder().start()) {
            runner.withConfiguration(AutoConfigurations.of(
                            DflockdHealthContributorAutoConfiguration.class,
                            DflockdMetricsAutoConfiguration.class,
                            DflockdSignalAutoConfiguration.class))
                    .withPropertyValues("dflockd.enabled=false")
                    .withBean(
                            DflockdClient.class,
                            () -> DflockdClient.builder().servers(own.address()).build())
                    .withBean(Guarded.class)
                    .run(context -> {
                        assertThat(context).hasNotFailed().doesNotHaveBean(LockTemplate.class);
                        assertThat(context.getBean(Guarded.class)
                                        .count(
                                                () -> own.view()
                                                        .holders("order:1")
                                                        .size(),
                                                1))
                                .isEqualTo(1);
                    });
        }
    }

    @Test
    void disabledWithoutLockingRunsUnlockedAndWarns(CapturedOutput output) {
        runner.withPropertyValues("dflockd.enabled=false", "dflockd.without-locking=true")
                .withBean(Guarded.class)
                .run(context -> {
                    assertThat(context)
                            .doesNotHaveBean(DflockdClient.class)
                            .hasSingleBean(LockOperations.class)
                            .hasSingleBean(SemaphoreOperations.class)
                            .hasSingleBean(SignalOperations.class);
                    assertThat(context.getBean(Guarded.class).count(() -> 3, 1)).isEqualTo(3);
                    assertThat(context.getBean(SignalTemplate.class).send("orders.new", "o-1"))
                            .isZero();
                    assertThat(output).contains("guarded methods run UNLOCKED");
                });
    }

    @Test
    void disabledSaysOnceThatListenersAreIgnored(CapturedOutput output) {
        runner.withPropertyValues("dflockd.enabled=false")
                .withBean("one", Listening.class)
                .withBean("two", Listening.class)
                .run(context -> assertThat(output.getAll().lines())
                        .filteredOn(line -> line.contains("@SignalListener"))
                        .singleElement()
                        .asString()
                        .contains("INFO", "dflockd is disabled", "[one, two]"));
    }

    static class Listening {

        @SignalListener("orders.*")
        void order(String order) {}
    }

    interface Probe {
        int count();
    }

    static class Guarded {

        @DistributedLocked(name = "order", key = "#id")
        int count(Probe probe, int id) {
            return probe.count();
        }
    }

    static class InTransaction {

        @Transactional
        @DistributedLocked("order")
        public void write() {}
    }

    /** Transactions of nothing that note whether a lock is held around them. */
    static class Transactions extends AbstractPlatformTransactionManager {

        private static final long serialVersionUID = 1L;

        final transient List<String> steps = new ArrayList<>();

        private final transient EmbeddedDflockdServer server;

        Transactions(EmbeddedDflockdServer server) {
            this.server = server;
        }

        @Override
        protected Object doGetTransaction() {
            return this;
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            note("begin");
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            note("commit");
        }

        @Override
        protected void doRollback(DefaultTransactionStatus status) {
            note("rollback");
        }

        private void note(String step) {
            steps.add(step + ", " + server.view().holders("order").size() + " held");
        }
    }

    static class Limited {

        @DistributedLocked("default")
        public void byDefault() {}

        @DistributedLocked(name = "none", holdAtLeast = "none")
        public void none() {}

        @DistributedConcurrencyLimit(name = "slot", limit = 2)
        public void slot() {}

        @DistributedLocked(name = "report", client = "reports", onLost = OnLost.INTERRUPT)
        public void onReports() throws InterruptedException {
            new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }
    }

    static class OnReports {

        @DistributedLocked(name = "report", client = "reports")
        int count(Probe probe) {
            return probe.count();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SecondTemplate {

        @Bean(defaultCandidate = false)
        LockTemplate reportLocks(@Qualifier("reports") DflockdClient reports, LockSettings settings) {
            return new LockTemplate(reports, settings);
        }
    }
}
