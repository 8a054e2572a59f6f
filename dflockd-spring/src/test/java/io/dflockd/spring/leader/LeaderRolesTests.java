package io.dflockd.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdClientBuilder;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.RevocationReason;
import io.dflockd.spring.lock.LockServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.integration.leader.event.AbstractLeaderEvent;
import org.springframework.integration.leader.event.OnGrantedEvent;
import org.springframework.integration.leader.event.OnRevokedEvent;

/** The elections of an application and their events. */
@Timeout(60)
class LeaderRolesTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    private final LockServer server = new LockServer();

    static class Listener {

        final List<ApplicationEvent> events = new CopyOnWriteArrayList<>();

        volatile RuntimeException failure;

        volatile int stillHeld;

        @EventListener
        void leadership(LeadershipEvent event) {
            events.add(event);
            if (event instanceof LeadershipRevokedEvent revoked
                    && revoked.getReason() != RevocationReason.CONNECTION_LOST) {
                revoked.getLeadership().ensureLeader();
                stillHeld++;
            }
            if (failure != null && event instanceof LeadershipGrantedEvent) {
                throw failure;
            }
        }

        @EventListener
        void ofSpringIntegration(AbstractLeaderEvent event) {
            events.add(event);
        }

        List<String> names() {
            return events.stream()
                    .map(event -> event.getClass().getSimpleName())
                    .toList();
        }
    }

    private LeaderRoles.Builder roles(String... names) {
        return LeaderRoles.builder(server.client()).roles(List.of(names));
    }

    private static GenericApplicationContext start(LeaderRoles roles, Listener listener) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(LeaderRoles.class, () -> roles);
        context.registerBean(Listener.class, () -> listener);
        context.refresh();
        return context;
    }

    private static void awaitLeader(LeaderRoles roles, String role) throws InterruptedException {
        assertThat(roles.election(role).orElseThrow().await(SOON)).isTrue();
    }

    /** The first roles are granted while the last ones are started. */
    @Test
    void listenerOfAGrantFindsTheApplicationLeading() {
        List<String> names = IntStream.range(0, 200).mapToObj(i -> "r" + i).toList();
        List<Boolean> leading = new CopyOnWriteArrayList<>();
        try (DflockdClient client = DflockdClient.withoutLocking()) {
            LeaderRoles roles = LeaderRoles.builder(client).roles(names).build();
            roles.setApplicationEventPublisher(event -> {
                if (event instanceof LeadershipGrantedEvent granted) {
                    leading.add(roles.isLeader(granted.getRole()));
                }
            });
            roles.start();
            await().atMost(SOON).until(() -> leading.size() == names.size());
            roles.stop();
        }
        assertThat(leading).containsOnly(true);
    }

    @Test
    void eventsTellTheListenersOfTheFirstLeadershipAndOfTheStop() throws Exception {
        LeaderRoles roles = roles("r").build();
        Listener listener = new Listener();
        try (GenericApplicationContext context = start(roles, listener)) {
            awaitLeader(roles, "r");
            await().atMost(SOON).until(() -> listener.events.size() == 2);
            assertThat(listener.names()).containsExactly("LeadershipGrantedEvent", "OnGrantedEvent");
            LeadershipGrantedEvent granted = (LeadershipGrantedEvent) listener.events.get(0);
            assertThat(granted.getRole()).isEqualTo("r");
            assertThat(granted.getSource()).isSameAs(roles);
            assertThat(roles.leadership("r")).contains(granted.getLeadership());
            OnGrantedEvent ofIntegration = (OnGrantedEvent) listener.events.get(1);
            assertThat(ofIntegration.getRole()).isEqualTo("r");
            assertThat(ofIntegration.getContext().isLeader()).isTrue();
            assertThat(ofIntegration.getContext().getRole()).isEqualTo("r");
            context.close();
            assertThat(ofIntegration.getContext().isLeader()).isFalse();
        }
        assertThat(listener.names())
                .containsExactly(
                        "LeadershipGrantedEvent", "OnGrantedEvent", "LeadershipRevokedEvent", "OnRevokedEvent");
        assertThat(((LeadershipRevokedEvent) listener.events.get(2)).getReason())
                .isEqualTo(RevocationReason.ELECTION_CLOSED);
        assertThat(((OnRevokedEvent) listener.events.get(3)).getRole()).isEqualTo("r");
        assertThat(listener.stillHeld).isEqualTo(1);
        assertThat(roles.isLeader("r")).isFalse();
        assertThat(server.isHeld("leader:r")).isFalse();
    }

    @Test
    void lostLeadershipIsAnEvent() throws Exception {
        LeaderRoles roles = roles("r").build();
        Listener listener = new Listener();
        try (GenericApplicationContext context = start(roles, listener)) {
            await().atMost(SOON).until(() -> listener.events.size() == 2);
            server.loseHolderOf("leader:r");
            await().atMost(SOON).until(() -> listener.events.size() >= 4);
            assertThat(((LeadershipRevokedEvent) listener.events.get(2)).getReason())
                    .isEqualTo(RevocationReason.CONNECTION_LOST);
            awaitLeader(roles, "r");
            assertThat(context.isActive()).isTrue();
        }
    }

    @Test
    void yieldOfSpringIntegrationsContextHandsTheRoleOn() throws Exception {
        LeaderRoles roles = roles("r").build();
        Listener listener = new Listener();
        try (GenericApplicationContext context = start(roles, listener);
                LeaderElection other = otherCandidate()) {
            awaitLeader(roles, "r");
            await().atMost(SOON).until(() -> listener.events.size() == 2);
            server.awaitWaiting("leader:r", 1);
            ((OnGrantedEvent) listener.events.get(1)).getContext().yield();
            assertThat(other.await(SOON)).isTrue();
            assertThat(roles.isLeader("r")).isFalse();
            assertThat(context.isActive()).isTrue();
        }
    }

    private LeaderElection otherCandidate() {
        // It waits until the roles have asked.
        server.awaitHeld("leader:r");
        return server.other().leaderElection("r").start();
    }

    @Test
    void listenerThatFailsGivesTheLeadershipUp() {
        LeaderRoles roles = roles("r").build();
        Listener listener = new Listener();
        listener.failure = new IllegalStateException("thrown by the test");
        try (GenericApplicationContext context = start(roles, listener)) {
            await().atMost(SOON)
                    .until(() -> listener.events.stream()
                            .anyMatch(event -> event instanceof LeadershipRevokedEvent revoked
                                    && revoked.getReason() == RevocationReason.CALLBACK_FAILED));
            listener.failure = null;
            await().atMost(SOON).until(() -> roles.isLeader("r"));
            assertThat(context.isActive()).isTrue();
        }
    }

    @Test
    void stopAndStartBeginNewElections() throws Exception {
        LeaderRoles roles = roles("a", "b").build();
        try (GenericApplicationContext context = start(roles, new Listener())) {
            awaitLeader(roles, "a");
            awaitLeader(roles, "b");
            context.stop();
            assertThat(roles.isRunning()).isFalse();
            assertThat(roles.election("a")).isEmpty();
            assertThat(roles.leadership("a")).isEmpty();
            server.awaitFree();
            context.start();
            awaitLeader(roles, "a");
            awaitLeader(roles, "b");
            roles.stop();
            server.awaitFree();
            roles.stop();
        }
    }

    /** The lifecycle of a context does not wait for a stop that takes longer than its phase may. */
    @Test
    void startFollowsAStopThatHasNotEnded() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch revoking = new CountDownLatch(1);
        LeaderRoles roles = roles("r").revokeTimeout(SOON).build();
        roles.setApplicationEventPublisher(event -> {
            if (event instanceof LeadershipRevokedEvent) {
                revoking.countDown();
                awaitUninterruptibly(mayEnd);
            }
        });
        roles.start();
        awaitLeader(roles, "r");
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        roles.stop(() -> stopped.complete(null));
        assertThat(revoking.await(20, TimeUnit.SECONDS)).isTrue();

        CompletableFuture<Void> started = CompletableFuture.runAsync(roles::start);

        await().during(Duration.ofMillis(300)).until(() -> !started.isDone());
        mayEnd.countDown();
        assertThat(started).succeedsWithin(SOON);
        assertThat(stopped).succeedsWithin(SOON);
        awaitLeader(roles, "r");
        roles.stop();
    }

    @Test
    void startFollowsAStartThatFailed() throws Exception {
        LeaderRoles both = roles("a", "b").build();
        LeaderElection other = server.client().leaderElection("b").start();
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(both::start);
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(both::start)
                .withMessageContaining("'b'");
        other.close();
        both.start();
        awaitLeader(both, "a");
        awaitLeader(both, "b");
        both.stop();
    }

    /** The client's strategy is code of the application, and asked while elections start. */
    @Test
    void stopIsNotHeldUpByAStartWhoseShardingStrategyBlocks() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        DflockdClientBuilder settings = DflockdClient.builder()
                .servers("127.0.0.1:1")
                .sharding((key, count) -> {
                    asked.countDown();
                    awaitUninterruptibly(mayAnswer);
                    return 0;
                });
        try (DflockdClient client = settings.build()) {
            LeaderRoles roles = LeaderRoles.builder(client).roles(List.of("r")).build();
            CompletableFuture<Void> started = inAThread(roles::start);
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> stopped = new CompletableFuture<>();
            assertThat(inAThread(() -> roles.stop(() -> stopped.complete(null))))
                    .succeedsWithin(Duration.ofSeconds(5));
            assertThat(roles.isRunning()).isFalse();
            assertThat(stopped).isNotDone();
            mayAnswer.countDown();
            assertThat(started).succeedsWithin(SOON);
            assertThat(stopped).succeedsWithin(SOON);
            assertThat(roles.election("r")).isEmpty();
            roles.start();
            assertThat(roles.election("r")).isPresent();
            roles.stop();
        } finally {
            mayAnswer.countDown();
        }
    }

    /** Not in the common pool, which may have one thread only. */
    private static CompletableFuture<Void> inAThread(Runnable task) {
        return CompletableFuture.runAsync(task, work -> new Thread(work, "of-test").start());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException ex) {
            throw new AssertionError(ex);
        }
    }

    @Test
    void electionsWaitForTheirStartIfToldSo() throws Exception {
        LeaderRoles roles =
                roles("r").autoStartup(false).lease(Duration.ofSeconds(7)).build();
        try (GenericApplicationContext context = start(roles, new Listener())) {
            assertThat(context.isActive()).isTrue();
            assertThat(roles.isRunning()).isFalse();
            assertThat(roles.isLeader("r")).isFalse();
            roles.start();
            awaitLeader(roles, "r");
            assertThat(roles.leadership("r").orElseThrow().remaining()).isBetween(Duration.ZERO, Duration.ofSeconds(7));
        }
    }

    @Test
    void roleTwiceIsRefusedAndLeavesNothingRunning() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> roles("r").roles(List.of("r")))
                .withMessageContaining("'r'");
        LeaderRoles first = roles("r").build();
        LeaderRoles second = roles("other", "r").build();
        first.start();
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(second::start);
        assertThat(second.isRunning()).isFalse();
        first.stop();
        second.start();
        second.stop();
    }

    @Test
    void badSettingsAreRefused() {
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> roles("a b").build());
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> roles("r").lease(Duration.ZERO).build());
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(
                        () -> roles("r").revokeTimeout(Duration.ofSeconds(-1)).build());
        LeaderRoles roles = roles("r").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> roles.isLeader("x"))
                .withMessageContaining("'x'")
                .withMessageContaining("[r]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> roles().build().isLeader("x"))
                .withMessageContaining("no role is configured");
    }
}
