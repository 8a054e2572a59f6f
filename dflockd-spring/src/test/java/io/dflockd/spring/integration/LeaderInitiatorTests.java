package io.dflockd.spring.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.core.task.support.TaskExecutorAdapter;
import org.springframework.integration.leader.Context;
import org.springframework.integration.leader.DefaultCandidate;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.leader.event.DefaultLeaderEventPublisher;
import org.springframework.integration.leader.event.OnFailedToAcquireMutexEvent;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;
import org.springframework.integration.support.leader.LockRegistryLeaderInitiator;

/** Spring Integration's leader election on locks of dflockd. */
@Timeout(60)
class LeaderInitiatorTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private static final long SHORT_HEARTBEAT = 50;

    /** What happens, happens without a heartbeat. */
    private static final long NO_HEARTBEAT = Long.MAX_VALUE;

    private static final String KEY = "integration:role";

    @RegisterExtension
    private final LockServer lockServer = new LockServer();

    private final List<Node> nodes = new ArrayList<>();

    private EmbeddedDflockdServer server;

    private Node one;

    private Node two;

    @BeforeEach
    void nodes() {
        server = lockServer.server();
        one = new Node("one", lockServer.client(), false, SHORT_HEARTBEAT);
        two = new Node("two", lockServer.other(), false, SHORT_HEARTBEAT);
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.initiator.stop());
    }

    /** A candidate with its initiator and its events. */
    private class Node {

        final List<AbstractLeaderEvent> events = new CopyOnWriteArrayList<>();

        final LockRegistryLeaderInitiator initiator;

        Node(String id, DflockdClient client, boolean interruptOnLoss, long heartBeat) {
            this(id, client, interruptOnLoss, heartBeat, () -> {});
        }

        Node(String id, DflockdClient client, boolean interruptOnLoss, long heartBeat, Runnable onEvent) {
            DflockdLockRegistry registry = DflockdLockRegistry.builder(client)
                    .interruptOnLoss(interruptOnLoss)
                    .build();
            initiator = new LockRegistryLeaderInitiator(registry, new DefaultCandidate(id, "role"));
            initiator.setHeartBeatMillis(heartBeat);
            initiator.setBusyWaitMillis(0);
            initiator.setLeaderEventPublisher(new DefaultLeaderEventPublisher(event -> {
                events.add((AbstractLeaderEvent) event);
                onEvent.run();
            }));
            nodes.add(this);
        }

        boolean isLeader() {
            return initiator.getContext().isLeader();
        }

        long count(Class<? extends AbstractLeaderEvent> type) {
            return events.stream().filter(type::isInstance).count();
        }

        void awaitGranted(int times) {
            await().atMost(SOON).until(() -> isLeader() && count(OnGrantedEvent.class) == times);
        }

        void awaitRevoked(int times) {
            await().atMost(SOON).until(() -> count(OnRevokedEvent.class) == times);
        }
    }

    @Test
    void startIsGrantedAndStopIsRevoked() {
        one.initiator.start();
        one.awaitGranted(1);
        assertThat(one.events.get(0).getRole()).isEqualTo("role");
        assertThat(server.view().holders(KEY)).hasSize(1);
        one.initiator.stop();
        one.awaitRevoked(1);
        assertThat(one.isLeader()).isFalse();
        assertThat(server.view().holders(KEY)).as("unlocked before revoked").isEmpty();
        one.initiator.start();
        one.awaitGranted(2);
    }

    @Test
    void leaderStaysLeaderOverManyHeartbeats() {
        one.initiator.start();
        one.awaitGranted(1);
        await().during(Duration.ofMillis(10 * SHORT_HEARTBEAT)).atMost(SOON).until(one::isLeader);
        assertThat(one.events).hasSize(1);
        assertThat(server.view().count("l")).as("asks the server once").isEqualTo(1);
    }

    @Test
    void candidatesCompeteAndTheNextOneFollows() {
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.start();
        awaitCandidate();
        assertThat(two.isLeader()).isFalse();
        one.initiator.stop();
        two.awaitGranted(1);
        assertThat(one.isLeader()).isFalse();
        one.initiator.start();
        two.initiator.stop();
        one.awaitGranted(2);
        assertThat(two.isLeader()).isFalse();
    }

    @Test
    void yieldLetsTheOtherNodeLead() {
        one.initiator.setBusyWaitMillis(SHORT_HEARTBEAT);
        two.initiator.setBusyWaitMillis(SHORT_HEARTBEAT);
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.start();
        awaitCandidate();
        yieldUntilLeads(one, two);
        assertThat(one.count(OnRevokedEvent.class)).isPositive();
        yieldUntilLeads(two, one);
        assertThat(two.count(OnRevokedEvent.class)).isPositive();
    }

    /** The other node may be between two requests when the leader yields. */
    private static void yieldUntilLeads(Node leader, Node next) {
        await().atMost(SOON).until(() -> {
            if (leader.isLeader()) {
                leader.initiator.getContext().yield();
            }
            return next.isLeader() && !leader.isLeader();
        });
    }

    @Test
    void candidateThatGetsNothingPublishesFailedEvents() {
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.setPublishFailedEvents(true);
        two.initiator.start();
        await().atMost(SOON).until(() -> two.count(OnFailedToAcquireMutexEvent.class) >= 2);
        assertThat(two.count(OnGrantedEvent.class)).isZero();
    }

    @Test
    void exceptionFromAnEventLeavesTheLeader() {
        Node failing = new Node("failing", lockServer.client(), false, SHORT_HEARTBEAT, () -> {
            throw new IllegalStateException("from a listener");
        });
        failing.initiator.start();
        failing.awaitGranted(1);
        await().during(Duration.ofMillis(5 * SHORT_HEARTBEAT)).atMost(SOON).until(failing::isLeader);
        failing.initiator.stop();
        failing.awaitRevoked(1);
        assertThat(failing.count(OnGrantedEvent.class)).isEqualTo(1);
    }

    @Test
    void exceptionFromTheLockIsTriedAgain() throws Exception {
        server.stop();
        one.initiator.start();
        await().during(Duration.ofMillis(5 * SHORT_HEARTBEAT)).atMost(SOON).until(() -> !one.isLeader());
        assertThat(one.events).isEmpty();
        server.start();
        one.awaitGranted(1);
    }

    @Test
    void lossIsRevokedAtTheNextHeartbeatAndNothingIsLeftOfIt() {
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.start();
        awaitCandidate();
        cutHolder();
        two.awaitGranted(1);
        one.awaitRevoked(1);
        awaitCandidate();
        two.initiator.stop();
        one.awaitGranted(2);
        one.initiator.stop();
        one.awaitRevoked(2);
        // No count is left over.
        lockServer.awaitFree();
    }

    @Test
    void interruptOnLossRevokesWithoutAHeartbeat() {
        one = new Node("one", lockServer.client(), true, NO_HEARTBEAT);
        two = new Node("two", lockServer.other(), true, NO_HEARTBEAT);
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.start();
        awaitCandidate();
        cutHolder();
        one.awaitRevoked(1);
        two.awaitGranted(1);
        awaitCandidate();
        cutHolder();
        two.awaitRevoked(1);
        one.awaitGranted(2);
    }

    @Test
    void stopIsRevokedWithoutAHeartbeat() {
        one = new Node("one", lockServer.client(), true, NO_HEARTBEAT);
        two = new Node("two", lockServer.other(), true, NO_HEARTBEAT);
        one.initiator.start();
        one.awaitGranted(1);
        two.initiator.start();
        awaitCandidate();
        one.initiator.stop();
        two.awaitGranted(1);
        one.awaitRevoked(1);
        two.initiator.stop();
        two.awaitRevoked(1);
    }

    @Test
    void selectorOnTheCallersThreadEndsWithTheInitiator() {
        DflockdLockRegistry registry =
                DflockdLockRegistry.builder(lockServer.client()).build();
        List<String> told = new CopyOnWriteArrayList<>();
        LockRegistryLeaderInitiator[] stopped = new LockRegistryLeaderInitiator[1];
        stopped[0] = new LockRegistryLeaderInitiator(registry, new DefaultCandidate("sync", "role") {
            @Override
            public void onGranted(Context context) {
                told.add("granted " + server.view().holders(KEY).size());
                stopped[0].stop();
            }

            @Override
            public void onRevoked(Context context) {
                told.add("revoked " + server.view().holders(KEY).size());
            }
        });
        stopped[0].setLeaderEventPublisher(new DefaultLeaderEventPublisher(event -> {}));
        stopped[0].setTaskExecutor(new TaskExecutorAdapter(new SyncTaskExecutor()));
        stopped[0].start();
        assertThat(told).containsExactly("granted 1", "revoked 0");
    }

    /** Until the one that does not lead waits. What is left of earlier requests may wait as well. */
    private void awaitCandidate() {
        server.await(view -> !view.waiters(KEY).isEmpty(), SOON);
    }

    private void cutHolder() {
        server.faults().cut(server.view().holders(KEY).get(0).connectionId());
    }
}
