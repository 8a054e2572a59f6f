package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What {@link LockHandle} promises about a connection of which only one side sees the end, and what it does not. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class OneSidedResetIntegrationTests {

    private static final Duration LEASE = Duration.ofSeconds(4);

    /** That of the server, in the tests where it is shorter than the lease. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(3);

    /** By which a deadline may be noticed late. */
    private static final Duration LATE = Duration.ofSeconds(3);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final Events events = new Events();

    private final List<LossReason> losses = new CopyOnWriteArrayList<>();

    private DflockdClient behind(Relay relay, UnaryOperator<DflockdClientBuilder> settings) {
        return servers.client(
                client -> settings.apply(client).servers(relay.address()).listener(events));
    }

    private static DflockdClientBuilder shortReadTimeout(DflockdClientBuilder client) {
        return client.serverReadTimeout(READ_TIMEOUT)
                .keepAliveInterval(Duration.ofMillis(500))
                .waitConnectionIdle(Duration.ofSeconds(1));
    }

    private LockHandle acquire(DflockdClient client, Duration lease) throws InterruptedException {
        LockHandle handle = client.lock("k").withLease(lease).acquire();
        handle.onLost((lost, reason) -> losses.add(reason));
        return handle;
    }

    /** Another client that waits for the lock. */
    private CompletableFuture<LockHandle> next(TestServer server) {
        return next(server, client -> client);
    }

    private CompletableFuture<LockHandle> next(TestServer server, UnaryOperator<DflockdClientBuilder> settings) {
        DflockdClient other = servers.client(client -> settings.apply(client).servers(server.address()));
        CompletableFuture<LockHandle> next = other.lock("k").acquireAsync();
        ServerState.awaitWaiters(other, "k", 1);
        return next;
    }

    /** The overlap that no client can exclude: it lasts until the deadline, and the fence tells the two holders apart. */
    private void assertOverlapsUntilTheDeadline(
            LockHandle old, Relay relay, CompletableFuture<LockHandle> next, Duration deadline, LossReason reason)
            throws Exception {
        relay.resetTowardsServer();
        LockHandle granted = next.get(20, TimeUnit.SECONDS);
        assertThat(old.state()).as("the old holder, as it cannot know").isEqualTo(LockHandle.State.HELD);
        assertThat(losses).isEmpty();
        old.fence().ifPresent(fence -> assertThat(granted.fence().orElseThrow()).isGreaterThan(fence));
        Duration remaining = old.remainingLease();
        assertThat(remaining).isLessThanOrEqualTo(deadline);
        await().atMost(remaining.plus(LATE)).until(() -> !losses.isEmpty());
        assertThat(losses).containsExactly(reason);
        assertThat(old.lossReason()).contains(reason);
        assertThat(old.release()).isFalse();
        assertThat(granted.isHeld()).as("whoever has it now").isTrue();
        assertThat(granted.release()).isTrue();
        assertThat(losses).as("told once").hasSize(1);
    }

    @Test
    void onlyTheServerSeesItAndTheLeaseBoundsTheOverlap() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        LockHandle old = acquire(behind(relay, client -> client), LEASE);
        assertOverlapsUntilTheDeadline(old, relay, next(server), LEASE, LossReason.LEASE_EXPIRED);
    }

    @Test
    void onlyTheServerSeesItAndItsReadTimeoutBoundsTheOverlapOfALongLease() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(READ_TIMEOUT));
        Relay relay = servers.relay(server);
        LockHandle old = acquire(behind(relay, OneSidedResetIntegrationTests::shortReadTimeout), Duration.ofMinutes(5));
        assertOverlapsUntilTheDeadline(
                old,
                relay,
                next(server, OneSidedResetIntegrationTests::shortReadTimeout),
                READ_TIMEOUT,
                LossReason.SERVER_SILENT);
    }

    /** The same for what was granted on a connection of its own. */
    @Test
    void onlyTheServerSeesItAfterAWait() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        LockHandle before = servers.client(server).lock("k").acquire();
        CompletableFuture<LockHandle> waiting =
                behind(relay, client -> client).lock("k").withLease(LEASE).acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        before.close();
        LockHandle old = waiting.get(20, TimeUnit.SECONDS);
        old.onLost((lost, reason) -> losses.add(reason));
        assertOverlapsUntilTheDeadline(old, relay, next(server), LEASE, LossReason.LEASE_EXPIRED);
    }

    @Test
    void onlyTheClientSeesItAndNobodyElseHasTheLockBefore() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client = behind(relay, settings -> settings);
        LockHandle old = acquire(client, LEASE);
        CompletableFuture<LockHandle> next = next(server);
        CompletableFuture<Boolean> heldByBoth = next.thenApply(granted -> old.isHeld());
        relay.resetTowardsClient();
        await().atMost(SOON).until(() -> !losses.isEmpty());
        assertThat(losses).containsExactly(LossReason.CONNECTION_LOST);
        assertThat(old.isHeld()).isFalse();
        assertThat(next).as("the server has not seen it").isNotDone();
        assertThat(server.view().holders("k")).hasSize(1);
        assertThat(heldByBoth.get(20, TimeUnit.SECONDS)).isFalse();
        next.get(20, TimeUnit.SECONDS).close();
        client.lock("k").acquire().close();
        assertThat(losses).as("told once").hasSize(1);
    }

    /** A server that keeps the locks of lost connections hands nothing on, so there is no overlap. */
    @Test
    void onlyTheServerSeesItAndKeepsTheLock() throws Exception {
        TestServer server = servers.start(
                settings -> settings.autoReleaseOnDisconnect(false).readTimeout(READ_TIMEOUT));
        Relay relay = servers.relay(server);
        LockHandle old =
                acquire(behind(relay, client -> shortReadTimeout(client).serverAutoRelease(false)), SOON);
        CompletableFuture<LockHandle> next = next(server, OneSidedResetIntegrationTests::shortReadTimeout);
        relay.resetTowardsServer();
        await().atMost(SOON).until(() -> events.count("resumed k") == 1);
        assertThat(events.count("suspended k SERVER_SILENT")).isEqualTo(1);
        assertThat(old.isHeld()).isTrue();
        assertThat(next).isNotDone();
        assertThat(losses).isEmpty();
        assertThat(old.release()).isTrue();
        next.get(20, TimeUnit.SECONDS).close();
    }
}
