package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LeaderElection;
import io.dflockd.spring.leader.LeaderRoles;
import io.dflockd.spring.leader.config.EnableLeaderOnly;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The examples of docs/leader-election.md. */
@Timeout(60)
class LeaderExamplesTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer server = new LockServer();

    private final List<String> done = new CopyOnWriteArrayList<>();

    @Test
    void annotatedMethodAndEvents() {
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withBean("client", DflockdClient.class, server::newClient)
                .withBean(Billing.class)
                .run(context -> {
                    Billing billing = context.getBean(Billing.class);
                    seen.add(billing.done());
                    await().atMost(SOON).until(() -> !billing.done().isEmpty());
                    billing.sendInvoices();
                    assertThat(billing.done()).containsExactly("granted billing", "invoices");
                });
        assertThat(seen.get(0)).containsExactly("granted billing", "invoices", "revoked billing");
    }

    @Test
    void electionWithoutSpring() {
        DflockdClient client = server.client();
        // tag::election
        LeaderElection election = client.leaderElection("billing")
                .withLease(Duration.ofSeconds(10))
                .onGranted(leadership -> start())
                .onRevoked((leadership, reason) -> stop())
                .start();
        await().atMost(SOON).until(() -> !done.isEmpty());
        if (election.isLeader()) {
            done.add("work");
        }
        // end::election
        election.close();
        assertThat(done).containsExactly("start", "work", "stop");
    }

    private void start() {
        done.add("start");
    }

    private void stop() {
        done.add("stop");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableLeaderOnly
    static class Application {

        // tag::leader-roles
        @Bean
        LeaderRoles leaderRoles(DflockdClient client) {
            return LeaderRoles.builder(client).roles(List.of("billing")).build();
        }
        // end::leader-roles
    }
}
