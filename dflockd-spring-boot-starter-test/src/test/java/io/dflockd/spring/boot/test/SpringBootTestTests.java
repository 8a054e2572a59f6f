package io.dflockd.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

class SpringBootTestTests {

    @Nested
    @SpringBootTest(classes = TestApplication.class)
    class Unchanged {

        @Test
        void annotationLocksOnAnEmbeddedServer(
                @Autowired GuardedComponent guarded, @Autowired EmbeddedDflockdServer server) {
            assertThat(guarded.holders(server)).isEqualTo(1);
        }
    }

    @Nested
    @SpringBootTest(classes = TestApplication.class, properties = "dflockd.servers=chosen.test:1")
    class WithServersOfItsOwn {

        @Test
        void whatTheTestSaysGoesFirst(@Autowired DflockdClient client) {
            assertThat(client.servers()).hasToString("[chosen.test:1]");
        }
    }
}
