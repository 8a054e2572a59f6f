package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The application's files name servers, tokens and certificates of production. */
class SpringBootTestTests {

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    class Unchanged {

        @Test
        void annotationLocksOnAnEmbeddedServer(
                @Autowired GuardedComponent guarded, @Autowired EmbeddedDflockdServer server) {
            assertThat(guarded.holders(server)).isEqualTo(1);
        }

        @Test
        void allClientsLockOnTheEmbeddedServer(
                @Autowired Map<String, DflockdClient> clients, @Autowired EmbeddedDflockdServer server)
                throws Exception {
            assertThat(clients).containsOnlyKeys("dflockdClient", "reports", "myStock", "archive/2");
            for (DflockdClient client : clients.values()) {
                assertThat(client.servers()).hasToString("[" + server.address() + "]");
                try (LockHandle held = client.lock("k").acquire()) {
                    assertThat(server.view().holders("k")).hasSize(1);
                    assertThat(held.isHeld()).isTrue();
                }
            }
        }
    }

    @Nested
    @SpringBootTest(
            classes = TestApplication.class,
            properties = {"dflockd.servers=chosen.test:1", "dflockd.clients.reports.servers=reports.test:2"})
    class WithServersOfItsOwn {

        @Test
        void whatTheTestSaysGoesFirstAndTheRestStaysEmbedded(
                @Autowired Map<String, DflockdClient> clients, @Autowired EmbeddedDflockdServer server) {
            assertThat(clients.get("dflockdClient").servers()).hasToString("[chosen.test:1]");
            assertThat(clients.get("reports").servers()).hasToString("[reports.test:2]");
            assertThat(clients.get("archive/2").servers()).hasToString("[" + server.address() + "]");
        }
    }

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    class WithServersOfADynamicProperty {

        @DynamicPropertySource
        static void servers(DynamicPropertyRegistry registry) {
            registry.add("dflockd.servers", () -> "dynamic.test:3");
        }

        @Test
        void dynamicPropertyNamesTheServers(@Autowired DflockdClient client) {
            assertThat(client.servers()).hasToString("[dynamic.test:3]");
        }
    }
}
