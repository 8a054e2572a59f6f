package io.dflockd.spring.boot.autoconfigure.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAbilities;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.InjectedFault;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class DflockdHealthContributorAutoConfigurationTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class, DflockdHealthContributorAutoConfiguration.class));

    private EmbeddedDflockdServer one;

    private EmbeddedDflockdServer two;

    @BeforeEach
    void start() throws Exception {
        one = EmbeddedDflockdServer.builder().start();
        two = EmbeddedDflockdServer.builder().start();
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void eachServerIsAComponentOfItsOwn() {
        runner.withPropertyValues("dflockd.servers=" + one.address() + "," + two.address())
                .run(context -> {
                    try (LockHandle held =
                            context.getBean(DflockdClient.class).lock("k").acquire()) {
                        EmbeddedDflockdServer owner = held.server().toString().equals(one.address()) ? one : two;
                        HealthContributor dflockd =
                                context.getBean("dflockdHealthContributor", HealthContributor.class);
                        Health ownerHealth = health(dflockd, owner.address());
                        assertThat(ownerHealth.getStatus()).isEqualTo(Status.UP);
                        assertThat(ownerHealth.getDetails())
                                .containsEntry("locks", 1)
                                .containsEntry("waiters", 0L)
                                .containsEntry("generation", ServerAbilities.Generation.REDIS_FEATS_BRANCH)
                                .containsEntry("signals", true)
                                .containsEntry("fences", ServerAbilities.Fences.IN_FIELD)
                                .containsKeys("roundTripMillis", "connections");
                        two.stop();
                        assertThat(health(dflockd, one.address()).getStatus()).isEqualTo(Status.UP);
                        Health down = health(dflockd, two.address());
                        assertThat(down.getStatus()).isEqualTo(Status.DOWN);
                        assertThat(down.getDetails().get("error").toString()).contains(two.address());
                    }
                });
    }

    @Test
    void failureIsOneLineThatNamesClientAndServer(CapturedOutput output) {
        two.stop();
        runner.withPropertyValues(
                        "dflockd.servers=" + one.address(), "dflockd.clients.reports.servers=" + two.address())
                .run(context -> {
                    CompositeHealthContributor all = context.getBean(CompositeHealthContributor.class);
                    Health down = health(all.getContributor("reports"), two.address());
                    assertThat(down.getDetails().get("error").toString())
                            .contains("ServerUnreachableException", two.address());
                });

        // Clients of the tests before may still log losses, on their own threads.
        assertThat(output.getOut().lines().filter(line -> line.contains("WARN") && !line.contains("[dflockd-")))
                .singleElement()
                .asString()
                .contains(two.address(), "'reports'", "ServerUnreachableException");
        assertThat(output).doesNotContain("\tat ");
    }

    @Test
    void severalClientsHaveALevelOfTheirOwn() {
        runner.withPropertyValues(
                        "dflockd.servers=" + one.address(), "dflockd.clients.reports.servers=" + two.address())
                .run(context -> {
                    CompositeHealthContributor all = context.getBean(CompositeHealthContributor.class);
                    assertThat(health(all.getContributor("default"), one.address())
                                    .getStatus())
                            .isEqualTo(Status.UP);
                    assertThat(health(all.getContributor("reports"), two.address())
                                    .getStatus())
                            .isEqualTo(Status.UP);
                });
    }

    @Test
    void silentServerIsDownInBoundedTimeAndAsksNoLockOwningConnection() {
        runner.withPropertyValues("dflockd.servers=" + one.address(), "dflockd.health.timeout=200ms")
                .run(context -> {
                    HealthContributor dflockd = context.getBean("dflockdHealthContributor", HealthContributor.class);
                    try (LockHandle held = context.getBean(DflockdClient.class)
                                    .lock("k")
                                    .acquire();
                            InjectedFault silent = one.faults().inject(Fault.ignore(), FaultTarget.command("stats"))) {
                        Health health = health(dflockd, one.address());
                        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
                        assertThat(health.getDetails().get("error").toString()).contains("PT0.2S");
                        assertThat(held.isHeld()).isTrue();
                    }
                });
    }

    /** As Boot does it: one server after the other. */
    @Test
    void silentServersCostOneTimeoutInAll() {
        runner.withPropertyValues(
                        "dflockd.servers=" + one.address() + "," + two.address(),
                        "dflockd.clients.reports.servers=" + two.address() + "," + one.address(),
                        "dflockd.health.timeout=1s")
                .run(context -> {
                    CompositeHealthContributor all = context.getBean(CompositeHealthContributor.class);
                    try (InjectedFault first = one.faults().inject(Fault.ignore(), FaultTarget.command("stats"));
                            InjectedFault second = two.faults().inject(Fault.ignore(), FaultTarget.command("stats"))) {
                        long start = System.nanoTime();
                        for (int i = 0; i < 2; i++) {
                            for (String client : List.of("default", "reports")) {
                                for (EmbeddedDflockdServer server : List.of(one, two)) {
                                    assertThat(health(all.getContributor(client), server.address())
                                                    .getStatus())
                                            .isEqualTo(Status.DOWN);
                                }
                            }
                        }
                        // Two rounds of one second; eight timeouts would be eight seconds.
                        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(7));
                    }
                });
    }

    @Test
    void answerOfAnEarlierCheckIsNotUsed() {
        runner.withPropertyValues("dflockd.servers=" + one.address() + "," + two.address())
                .run(context -> {
                    HealthContributor dflockd = context.getBean("dflockdHealthContributor", HealthContributor.class);
                    assertThat(health(dflockd, one.address()).getStatus()).isEqualTo(Status.UP);
                    two.await(view -> view.count("stats") > 0, Duration.ofSeconds(5));
                    two.stop();
                    // Checks that follow at once are one check.
                    Awaitility.await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

                    assertThat(health(dflockd, two.address()).getStatus()).isEqualTo(Status.DOWN);
                });
    }

    @Test
    void interruptIsKept() {
        runner.withPropertyValues("dflockd.servers=" + one.address()).run(context -> {
            HealthContributor dflockd = context.getBean("dflockdHealthContributor", HealthContributor.class);
            try (InjectedFault silent = one.faults().inject(Fault.ignore(), FaultTarget.command("stats"))) {
                Thread.currentThread().interrupt();
                Health health = health(dflockd, one.address());
                assertThat(Thread.interrupted()).isTrue();
                assertThat(health.getStatus()).isNotEqualTo(Status.UP);
            }
        });
    }

    @Test
    void clientThatIsNoDefaultCandidateIsChecked() {
        runner.withPropertyValues("dflockd.servers=" + one.address())
                .withUserConfiguration(NoDefaultCandidate.class)
                .withBean(EmbeddedDflockdServer.class, () -> two)
                .run(context -> {
                    CompositeHealthContributor all = context.getBean(CompositeHealthContributor.class);
                    assertThat(health(all.getContributor("special"), two.address())
                                    .getStatus())
                            .isEqualTo(Status.UP);
                });
    }

    @Test
    void checksAtTheSameTimeShareOneRequest() {
        runner.withPropertyValues("dflockd.servers=" + one.address()).run(context -> {
            HealthContributor dflockd = context.getBean("dflockdHealthContributor", HealthContributor.class);
            health(dflockd, one.address());
            long before = one.view().count("stats");
            try (InjectedFault slow =
                    one.faults().inject(Fault.delay(Duration.ofMillis(300)), FaultTarget.command("stats"))) {
                List<CompletableFuture<Health>> checks = IntStream.range(0, 8)
                        .mapToObj(i -> CompletableFuture.supplyAsync(() -> health(dflockd, one.address())))
                        .toList();
                assertThat(checks)
                        .allSatisfy(
                                check -> assertThat(check.join().getStatus()).isEqualTo(Status.UP));
            }
            assertThat(one.view().count("stats") - before).isLessThan(8);
        });
    }

    @Test
    void switchedOffByItsPropertyAndWithoutTheHealthJar() {
        runner.withPropertyValues("management.health.dflockd.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean("dflockdHealthContributor"));
        runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("dflockdHealthContributor"));
    }

    private static Health health(HealthContributor composite, String server) {
        return ((HealthIndicator) ((CompositeHealthContributor) composite).getContributor(server)).health();
    }

    @Configuration(proxyBeanMethods = false)
    static class NoDefaultCandidate {

        @Bean(defaultCandidate = false)
        DflockdClient special(EmbeddedDflockdServer server) {
            return DflockdClient.builder().servers(server.address()).build();
        }
    }
}
