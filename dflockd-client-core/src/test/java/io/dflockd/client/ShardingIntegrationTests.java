package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Locks are on the servers of their keys. */
class ShardingIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void keysAreLockedOnTheirServersOnly() throws Exception {
        TestServer first = servers.start();
        TestServer second = servers.start();
        DflockdClient client = servers.client(settings -> settings.servers(first.address(), second.address()));
        for (int i = 0; i < 40; i++) {
            String key = "k" + i;
            try (LockHandle handle = client.lock(key).acquire()) {
                boolean onFirst = handle.server().equals(client.servers().get(0));
                assertThat(client.serverFor(key)).isEqualTo(handle.server());
                assertThat(first.view().holders(key)).hasSize(onFirst ? 1 : 0);
                assertThat(second.view().holders(key)).hasSize(onFirst ? 0 : 1);
            }
        }
        assertThat(first.view().count("l")).isBetween(8L, 32L);
        assertThat(client.stats()).containsOnlyKeys(client.servers());
    }
}
