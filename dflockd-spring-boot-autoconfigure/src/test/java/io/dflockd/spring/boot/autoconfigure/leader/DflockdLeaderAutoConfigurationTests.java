package io.dflockd.spring.boot.autoconfigure.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.actuate.DflockdEndpoint;
import io.dflockd.spring.boot.actuate.DflockdEndpoint.RoleDescriptor;
import io.dflockd.spring.boot.autoconfigure.DflockdAopAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.actuate.DflockdEndpointAutoConfiguration;
import io.dflockd.spring.boot.autoconfigure.metrics.DflockdMetricsAutoConfiguration;
import io.dflockd.spring.leader.LeaderOnly;
import io.dflockd.spring.leader.LeaderRoles;
import io.dflockd.spring.leader.LeadershipEvent;
import io.dflockd.spring.leader.LeadershipRevokedEvent;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

class DflockdLeaderAutoConfigurationTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withInitializer(
                    context -> context.getEnvironment().setConversionService(new ApplicationConversionService()))
            .withConfiguration(AutoConfigurations.of(
                    DflockdAutoConfiguration.class,
                    DflockdAopAutoConfiguration.class,
                    DflockdLeaderAutoConfiguration.class,
                    DflockdMetricsAutoConfiguration.class,
                    DflockdEndpointAutoConfiguration.class))
            .withPropertyValues("dflockd.embedded.enabled=true", "management.endpoints.web.exposure.include=dflockd");

    static class Job {

        int ran;

        @LeaderOnly("billing")
        public void run() {
            ran++;
        }
    }

    static class Events {

        final List<LeadershipEvent> seen = new CopyOnWriteArrayList<>();

        @EventListener
        void on(LeadershipEvent event) {
            if (event instanceof LeadershipRevokedEvent) {
                // The client is open, and the lock is held.
                event.getLeadership().ensureLeader();
            }
            seen.add(event);
        }
    }

    private static void awaitLeader(ApplicationContext context, String role) throws InterruptedException {
        assertThat(context.getBean(LeaderRoles.class)
                        .election(role)
                        .orElseThrow()
                        .await(SOON))
                .isTrue();
    }

    @Test
    void rolesOfThePropertiesAreLed() {
        Events events = new Events();
        runner.withPropertyValues("dflockd.leader.roles=billing,reports", "dflockd.leader.lease=7s")
                .withBean(Job.class)
                .withBean(Events.class, () -> events)
                .run(context -> {
                    awaitLeader(context, "billing");
                    awaitLeader(context, "reports");
                    Job job = context.getBean(Job.class);
                    job.run();
                    assertThat(context.getBean(EmbeddedDflockdServer.class)
                                    .view()
                                    .holders("leader:billing"))
                            .singleElement()
                            .satisfies(holder ->
                                    assertThat(holder.remainingLease()).isLessThanOrEqualTo(Duration.ofSeconds(7)));
                    await().atMost(SOON).until(() -> events.seen.size() == 2);
                });
        assertThat(events.seen).hasSize(4);
        assertThat(events.seen.subList(2, 4)).hasOnlyElementsOfType(LeadershipRevokedEvent.class);
    }

    @Test
    void phaseIsAProperty() {
        runner.run(context ->
                assertThat(context.getBean(LeaderRoles.class).getPhase()).isEqualTo(LeaderRoles.DEFAULT_PHASE));
        runner.withPropertyValues("dflockd.leader.phase=7")
                .run(context -> assertThat(context.getBean(LeaderRoles.class).getPhase())
                        .isEqualTo(7));
    }

    @Test
    void noElectionWithoutARole() {
        runner.run(context -> {
            assertThat(context.getBean(LeaderRoles.class).roles()).isEmpty();
            assertThat(context.getBean(EmbeddedDflockdServer.class).view().connections())
                    .as("the client is not used")
                    .isEmpty();
        });
    }

    @Test
    void gaugeTellsWhetherItLeads() {
        MeterRegistry registry = new SimpleMeterRegistry();
        runner.withPropertyValues("dflockd.leader.roles=billing", "dflockd.leader.auto-startup=false")
                .withBean(MeterRegistry.class, () -> registry)
                .run(context -> {
                    context.getBeanProvider(MeterBinder.class).forEach(binder -> binder.bindTo(registry));
                    assertThat(leads(registry)).isZero();
                    context.getBean(LeaderRoles.class).start();
                    awaitLeader(context, "billing");
                    assertThat(leads(registry)).isEqualTo(1);
                    context.getBean(LeaderRoles.class).stop();
                    assertThat(leads(registry)).isZero();
                });
        assertThat(registry.find("dflockd.leader").gauge())
                .as("after the close")
                .isNull();
    }

    private static double leads(MeterRegistry registry) {
        return registry.get("dflockd.leader")
                .tag("dflockd.role", "billing")
                .gauge()
                .value();
    }

    @Test
    void endpointShowsRoles() {
        runner.withPropertyValues("dflockd.leader.roles=billing").run(context -> {
            awaitLeader(context, "billing");
            DflockdEndpoint endpoint = context.getBean(DflockdEndpoint.class);
            RoleDescriptor shown = endpoint.dflockd().roles().get("billing");
            assertThat(shown.leader()).isTrue();
            assertThat(shown.state()).isEqualTo("leader");
            assertThat(shown.leadsForAtLeast()).isPositive();
            context.getBean(LeaderRoles.class).stop();
            assertThat(endpoint.dflockd().roles().get("billing"))
                    .isEqualTo(new RoleDescriptor("stopped", false, null, null));
        });
    }

    @Test
    void roleWithoutAnElectionFailsTheStart() {
        runner.withPropertyValues("dflockd.leader.roles=reports")
                .withBean(Job.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(LockDefinitionException.class)
                        .hasMessageContaining("\"billing\"")
                        .hasMessageContaining("[reports]"));
        runner.withPropertyValues("dflockd.enabled=false", "dflockd.leader.roles=billing")
                .withBean(Job.class)
                .run(context -> assertThat(context).getFailure().isInstanceOf(LockDefinitionException.class));
    }

    @Test
    void applicationLeadsWhereEverythingRunsUnlocked() {
        runner.withPropertyValues(
                        "dflockd.enabled=false", "dflockd.without-locking=true", "dflockd.leader.roles=billing")
                .withBean(Job.class)
                .run(context -> {
                    context.getBean(Job.class).run();
                    assertThat(context.getBean(LeaderRoles.class).isLeader("billing"))
                            .isTrue();
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dflockd.leader.roles=a,a | dflockd.leader.roles",
                "dflockd.leader.roles=a b | dflockd.leader.roles",
                "dflockd.leader.lease=0s | dflockd.leader.lease",
                "dflockd.leader.revoke-timeout=-1s | dflockd.leader.revoke-timeout"
            })
    void badPropertiesFailTheStart(String property, String named) {
        runner.withPropertyValues(property.strip())
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasMessageContaining(named.strip()));
    }

    @Test
    void severalClientsNeedAnElectionOfTheApplication() {
        ApplicationContextRunner several = runner.withBean("one", DflockdClient.class, DflockdClient::withoutLocking)
                .withBean("two", DflockdClient.class, DflockdClient::withoutLocking);
        several.run(context -> assertThat(context).hasNotFailed());
        several.withPropertyValues("dflockd.leader.roles=billing")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidConfigurationPropertyValueException.class)
                        .hasMessageContaining("several clients"));
    }

    @Test
    void electionsOfTheApplicationCount() {
        runner.withPropertyValues("dflockd.leader.roles=billing")
                .withBean(
                        "own",
                        LeaderRoles.class,
                        () -> LeaderRoles.builder(DflockdClient.withoutLocking())
                                .roles(List.of("own"))
                                .build())
                .run(context ->
                        assertThat(context.getBean(LeaderRoles.class).roles()).containsExactly("own"));
    }

    @Test
    void leadershipIsGivenUpAfterListenersAndBeforeTheWebServerDrains() {
        assertThat(LeaderRoles.DEFAULT_PHASE)
                .isLessThan(Integer.MAX_VALUE - 100)
                .isGreaterThan(Integer.MAX_VALUE - 1024);
    }
}
