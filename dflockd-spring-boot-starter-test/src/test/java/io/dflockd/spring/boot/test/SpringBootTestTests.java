package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.PropertyMapping;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

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

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    @TestPropertySource("/of-the-test.properties")
    class WithServersOfAFile {

        @Test
        void fileOfTheTestNamesTheServers(@Autowired DflockdClient client) {
            assertThat(client.servers()).hasToString("[file.test:4]");
        }
    }

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    @ContextConfiguration(initializers = Initializer.class)
    class WithServersOfAnInitializer {

        @Test
        void propertyValuesOfTheTestNameTheServers(@Autowired DflockdClient client) {
            assertThat(client.servers()).hasToString("[initializer.test:5]");
        }
    }

    static class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            TestPropertyValues.of("dflockd.servers=initializer.test:5").applyTo(context);
        }
    }

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    @ServersOfTheAnnotation("annotation.test:6")
    class WithServersOfAnAnnotation {

        @Test
        void annotationOfTheTestNamesTheServers(@Autowired DflockdClient client) {
            assertThat(client.servers()).hasToString("[annotation.test:6]");
        }
    }

    @Retention(RetentionPolicy.RUNTIME)
    @interface ServersOfTheAnnotation {

        @PropertyMapping("dflockd.servers")
        String[] value();
    }
}
