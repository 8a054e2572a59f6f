package io.dflockd.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.ServerAddress;
import io.dflockd.spring.lock.LockTemplate;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.ConfigurableApplicationContext;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** A real container and {@code @ServiceConnection}, whatever the properties say. Skipped without Docker. */
@Testcontainers(disabledWithoutDocker = true)
@SpringBootTest(
        classes = DflockdContainerTests.Application.class,
        properties = {"dflockd.servers=elsewhere.invalid", "dflockd.auth-token=wrong", "dflockd.ssl.enabled=true"})
class DflockdContainerTests {

    @Container
    @ServiceConnection
    static final DflockdContainer dflockd = new DflockdContainer(ServerImage.build()).withAuthToken("sesame");

    @Autowired
    private ConfigurableApplicationContext context;

    @Test
    void connectionDetailsOfTheContainerWinEntirely() {
        DflockdClient client = context.getBean(DflockdClient.class);
        assertThat(client.servers()).containsExactly(ServerAddress.parse(dflockd.getServer()));

        boolean held = context.getBean(LockTemplate.class).execute("k", handle -> handle.isHeld());

        assertThat(held).isTrue();
    }

    @SpringBootApplication
    static class Application {}
}
