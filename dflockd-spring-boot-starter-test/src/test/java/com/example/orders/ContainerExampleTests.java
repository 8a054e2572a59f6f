package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.testcontainers.DflockdContainer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.testcontainers.junit.jupiter.Container;

/** The container of docs/testing.md, which does not run: {@code DflockdContainerTests} has one that does. */
class ContainerExampleTests {

    // tag::container
    @Container
    @ServiceConnection
    static final DflockdContainer dflockd = new DflockdContainer("your-registry/dflockd:2.1").withAuthToken("secret");
    // end::container

    @Test
    void containerHasTheTokenAndThePort() {
        assertThat(dflockd.getEnvMap()).containsEntry("DFLOCKD_AUTH_TOKEN", "secret");
        assertThat(dflockd.getExposedPorts()).containsExactly(6388);
    }
}
