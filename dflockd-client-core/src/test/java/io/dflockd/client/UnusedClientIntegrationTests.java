package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/** A client costs nothing until it is used, and the first use may meet anything, a close too. */
@Timeout(60)
@Isolated("looks at all threads of the JVM")
class UnusedClientIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void startsNoThreadAndOpensNoConnection() {
        ClientThreadNames.awaitNone();
        DflockdClient client = servers.client();
        assertThat(client.servers()).hasSize(1);
        assertThat(client.serverFor("key")).isEqualTo(client.servers().get(0));
        assertThat(client.snapshot().held()).isEmpty();
        assertThat(client.snapshot().connections())
                .containsOnlyKeys(client.servers())
                .containsValue(0);
        client.close();
        client.close(Duration.ofSeconds(20));
        assertThat(client.isClosed()).isTrue();
        assertThat(client.snapshot().connections()).containsValue(0);
        assertThat(ClientThreadNames.names()).isEmpty();
    }

    @Test
    void closedBeforeItsFirstUseRefusesEveryRequest() {
        DflockdClient client = servers.client();
        client.close();
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.lock("key").acquire());
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.semaphore("pool", 2).tryAcquire());
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.lock("key").enqueue());
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.signals().emit("channel", "text"));
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.signals().subscribe("channel", signal -> {}));
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(client::stats);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(client::connect);
        assertThat(client.isClosed()).isTrue();
        ClientThreadNames.awaitNone();
    }

    /** Whoever comes first, nothing is held and no thread is left when both are done. */
    @Test
    void firstUseThatMeetsACloseLeavesNothing() throws Exception {
        ExecutorService users = Executors.newFixedThreadPool(3);
        try {
            for (int i = 0; i < 200; i++) {
                String key = servers.key();
                DflockdClient client = servers.client();
                CountDownLatch begin = new CountDownLatch(1);
                List<Future<?>> uses = new ArrayList<>();
                for (int user = 0; user < 2; user++) {
                    uses.add(users.submit(() -> {
                        begin.await();
                        try {
                            client.lock(key).acquire().close();
                        } catch (ClientClosedException expected) {
                            assertThat(client.isClosed()).isTrue();
                        }
                        return null;
                    }));
                }
                uses.add(users.submit(() -> {
                    begin.await();
                    client.close();
                    return null;
                }));
                begin.countDown();
                for (Future<?> use : uses) {
                    use.get(20, TimeUnit.SECONDS);
                }
            }
        } finally {
            users.shutdownNow();
        }
        ClientThreadNames.awaitNone();
    }
}
