package io.dflockd.shedlock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.time.Duration;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.test.support.AbstractExtensibleLockProviderIntegrationTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** ShedLock's own tests of lock providers. */
@Timeout(120)
class ShedLockSuiteIntegrationTests extends AbstractExtensibleLockProviderIntegrationTest {

    private static EmbeddedDflockdServer server;

    private static DflockdClient client;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedDflockdServer.builder().start();
        client = DflockdClient.builder().servers(server.address()).build();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Override
    protected ExtensibleLockProvider getLockProvider() {
        return DflockdLockProvider.builder(client).build();
    }

    /** Awaited, because the client releases a lock after its maximum time on its own. Other tests see that unlock is confirmed. */
    @Override
    protected void assertUnlocked(String lockName) {
        server.await(view -> view.holders("shedlock:" + lockName).isEmpty(), Duration.ofSeconds(5));
    }

    @Override
    protected void assertLocked(String lockName) {
        assertThat(server.view().holders("shedlock:" + lockName)).hasSize(1);
    }
}
