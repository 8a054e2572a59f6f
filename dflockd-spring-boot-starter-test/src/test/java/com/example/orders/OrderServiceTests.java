// tag::test
package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

// tag::test-class
@SpringBootTest(properties = "dflockd.acquire-timeout=0s")
class OrderServiceTests {

    @Autowired
    OrderService orders;

    @Autowired
    DflockdClient client;

    @Autowired
    EmbeddedDflockdServer server;

    @Test
    void orderIsLocked() throws Exception {
        try (LockHandle held = client.lock("order:7").acquire()) {
            assertThat(server.view().holders("order:7")).hasSize(1);
            assertThatThrownBy(() -> orders.fulfil("7")).isInstanceOf(LockTimeoutException.class);
        }
        assertThat(orders.fulfil("7")).isEqualTo("order 7 is done");
    }
}
// end::test-class
// end::test
