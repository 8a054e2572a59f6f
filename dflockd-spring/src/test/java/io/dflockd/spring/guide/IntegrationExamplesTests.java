package io.dflockd.spring.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.integration.DflockdLockRegistry;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;
import org.springframework.integration.support.locks.LockRegistry;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;

/** The examples of docs/spring-integration.md. */
@Timeout(60)
class IntegrationExamplesTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer server = new LockServer();

    private ApplicationContextRunner application(Class<?> configuration) {
        return new ApplicationContextRunner()
                .withUserConfiguration(configuration)
                .withBean("client", DflockdClient.class, server::newClient);
    }

    @Test
    void flowThatAggregatesUnderALock() {
        application(Flow.class).run(context -> {
            MessageChannel orders = context.getBean("orders.input", MessageChannel.class);
            for (int i = 1; i <= 2; i++) {
                orders.send(MessageBuilder.withPayload("order " + i)
                        .setCorrelationId("batch")
                        .setSequenceNumber(i)
                        .setSequenceSize(2)
                        .build());
            }
            Message<?> batch = context.getBean("batches", QueueChannel.class).receive(SOON.toMillis());
            assertThat(batch).isNotNull();
            assertThat(server.server().view().count("l")).isPositive();
        });
    }

    @Test
    void registryWithoutBoot() {
        DflockdClient client = server.client();
        // tag::registry
        DflockdLockRegistry locks =
                DflockdLockRegistry.builder(client).keyPrefix("integration:").build();
        // end::registry
        Lock lock = locks.obtain("k");
        lock.lock();
        try {
            assertThat(server.isHeld("integration:k")).isTrue();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void leaderInitiator() {
        application(Leader.class).run(context -> {
            LockRegistryLeaderInitiator billing = context.getBean(LockRegistryLeaderInitiator.class);
            await().atMost(SOON).until(() -> billing.getContext().isLeader());
        });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Flow {

        @Bean
        LockRegistry<?> registry(DflockdClient client) {
            return DflockdLockRegistry.builder(client).build();
        }

        @Bean
        QueueChannel batches() {
            return new QueueChannel();
        }

        // tag::aggregator
        @Bean
        IntegrationFlow orders(LockRegistry<?> locks) {
            return flow ->
                    flow.aggregate(aggregator -> aggregator.lockRegistry(locks)).channel("batches");
        }
        // end::aggregator
    }

    @Configuration(proxyBeanMethods = false)
    static class Leader {

        // tag::leader-initiator
        @Bean
        LockRegistryLeaderInitiator billing(DflockdClient client) {
            DflockdLockRegistry locks =
                    DflockdLockRegistry.builder(client).interruptOnLoss(true).build();
            LockRegistryLeaderInitiator initiator = new LockRegistryLeaderInitiator(
                    locks, new DefaultCandidate(UUID.randomUUID().toString(), "billing"));
            initiator.setHeartBeatMillis(Long.MAX_VALUE);
            initiator.setBusyWaitMillis(50);
            return initiator;
        }
        // end::leader-initiator
    }
}
