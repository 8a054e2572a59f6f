package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.Generation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A server that shuts down and answers {@code error_draining}: its connections end, and nobody asks it in a hot loop. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class DrainingIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final Events events = new Events();

    private TestServer draining() {
        return servers.start(settings -> settings.generation(Generation.G3));
    }

    private static void restart(TestServer server) throws Exception {
        server.stop();
        server.start();
    }

    @Test
    void heldLockIsLostOnceWithItsConnection() throws Exception {
        TestServer server = draining();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle = client.lock("k").acquire();
        server.shutdown();
        assertThat(handle.isHeld()).as("nobody has spoken").isTrue();
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.CONNECTION_LOST);
        restart(server);
        assertThat(client.lock("k").acquire().release()).isTrue();
        await().atMost(SOON).until(() -> events.count("lost k") == 1);
    }

    @Test
    void lockOnAnotherConnectionIsHeldUntilTheServerEndsThat() throws Exception {
        TestServer server = draining();
        DflockdClient client = servers.client(server);
        LockHandle before = servers.client(server).lock("waited").acquire();
        CompletableFuture<LockHandle> asked = client.lock("waited").acquireAsync();
        server.await(view -> view.waiters("waited").size() == 1, SOON);
        before.close();
        LockHandle waited = asked.get(20, TimeUnit.SECONDS);
        LockHandle tried = client.lock("tried").acquire();
        server.shutdown();
        assertThat(tried.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(waited.isHeld()).isTrue();
        assertThat(server.view().holders("waited")).hasSize(1);
        restart(server);
        await().atMost(SOON).until(() -> !waited.isHeld());
        assertThat(waited.lossReason()).contains(LossReason.CONNECTION_LOST);
    }

    @Test
    void withoutAutoReleaseItIsSuspendedAndThenLostOnce() throws Exception {
        TestServer server =
                servers.start(settings -> settings.generation(Generation.G3).autoReleaseOnDisconnect(false));
        DflockdClient client =
                servers.client(settings -> settings.listener(events).serverAutoRelease(false));
        LockHandle handle = client.lock("k").acquire();
        server.shutdown();
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        await().atMost(SOON).until(() -> handle.state() == LockHandle.State.SUSPENDED);
        assertThat(events.count("lost k")).isZero();
        restart(server);
        assertThat(handle.awaitHeld(SOON)).as("the server has forgotten it").isFalse();
        assertThat(renewed.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.REJECTED);
        await().atMost(SOON).until(() -> events.count("lost k") == 1);
    }

    @Test
    void waiterIsGrantedByTheNextServerAndDialsSeldomUntilThen() throws Exception {
        TestServer server = draining();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle before = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        server.shutdown();
        await().atMost(SOON).until(() -> events.count("connectFailed") >= 3);
        assertThat(server.view().count("l")).as("requests of all").isLessThanOrEqualTo(4);
        await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
        assertThat(events.count("connectFailed"))
                .as("with delays of 50 ms to 2 s")
                .isLessThanOrEqualTo(10);
        restart(server);
        waiting.get(20, TimeUnit.SECONDS).close();
        assertThat(before.isHeld()).isFalse();
    }

    /** As behind a load balancer. */
    @Test
    void serverThatStillAcceptsConnectionsIsNotAskedInAHotLoop() throws Exception {
        TestServer server = draining();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofSeconds(2)));
        server.faults().inject(Fault.draining(), FaultTarget.any());
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        await().pollDelay(Duration.ofSeconds(2)).atMost(SOON).until(() -> true);
        long waited = server.view().count("l");
        assertThat(waited).as("of one that waits").isBetween(2L, 12L);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        int tries = 0;
        while (System.nanoTime() - until < 0) {
            assertThatExceptionOfType(DflockdConnectionException.class)
                    .isThrownBy(() -> client.lock("other").tryAcquire())
                    .withMessageContaining("shutting down");
            tries++;
        }
        assertThat(tries).as("refused without a request").isGreaterThan(100);
        assertThat(server.view().count("l") - waited).as("of many that try").isLessThanOrEqualTo(12);
        server.faults().clear();
        waiting.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void otherServersAreNeitherDisturbedNorAskedInstead() throws Exception {
        TestServer first = draining();
        TestServer second = draining();
        DflockdClient client = servers.client(settings -> settings.servers(first.address(), second.address()));
        String here = keyOf(client, first);
        String there = keyOf(client, second);
        LockHandle other = client.lock(there).acquire();
        LockHandle held = servers.client(settings -> settings.servers(first.address(), second.address()))
                .lock(here)
                .acquire();
        CompletableFuture<LockHandle> waiting = client.lock(here).acquireAsync();
        first.await(view -> view.waiters(here).size() == 1, SOON);
        first.shutdown();
        assertThat(held.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
        await().atMost(SOON).until(() -> first.view().waiters(here).isEmpty());
        assertThat(other.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        restart(first);
        waiting.get(20, TimeUnit.SECONDS).close();
        assertThat(other.isHeld()).isTrue();
        assertThat(second.view().requests()).noneMatch(request -> request.key().equals(here));
        other.close();
    }

    private static String keyOf(DflockdClient client, TestServer server) {
        return IntStream.iterate(0, number -> number + 1)
                .mapToObj(number -> "k" + number)
                .filter(key -> client.serverFor(key).toString().equals(server.address()))
                .findFirst()
                .orElseThrow();
    }
}
