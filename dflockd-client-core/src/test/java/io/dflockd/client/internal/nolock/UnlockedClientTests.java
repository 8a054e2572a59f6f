package io.dflockd.client.internal.nolock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.Leadership;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.RevocationReason;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalStream;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.SubscriptionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UnlockedClientTests {

    private final DflockdClient client = DflockdClient.withoutLocking();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void everybodyIsGrantedAtOnceAndHoldsUntilTheRelease() throws Exception {
        try (LockHandle first = client.lock("k").acquire();
                LockHandle second = client.lock("k").acquire()) {
            assertThat(first.isHeld()).isTrue();
            assertThat(first.remainingLease()).isEqualTo(first.lease());
            assertThat(first.release()).isTrue();
            assertThat(first.release()).isTrue();
            assertThat(first.state()).isEqualTo(LockHandle.State.RELEASED);
            assertThatIllegalStateException().isThrownBy(first::ensureHeld);
            assertThat(first.renewAsync()).isCompletedWithValue(false);
            assertThat(second.isHeld()).isTrue();
        }
    }

    @Test
    void fencesCountTheGrantsOfAClient() throws Exception {
        assertThat(client.lock("a").acquire().fence()).hasValue(1);
        QueuedAcquisition place = client.semaphore("b", 2).enqueue();
        assertThat(client.lock("a").acquire().fence()).hasValue(3);
        assertThat(place.await(Duration.ZERO).fence()).hasValue(2);
        try (DflockdClient other = DflockdClient.withoutLocking()) {
            assertThat(other.lock("a").acquire().fence()).hasValue(1);
        }
    }

    @Test
    void electionsLeadAtOnceAndTellTheirCallbacks() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        LeaderElectionBuilder candidacy = client.leaderElection("r")
                .onGranted(leadership -> told.add("granted"))
                .onRevoked((leadership, reason) -> told.add("revoked " + reason));
        LeaderElection election = candidacy.start();
        assertThat(election.isLeader()).isTrue();
        assertThat(election.await(Duration.ZERO)).isTrue();
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(candidacy::start);
        Leadership leadership = election.leadership().orElseThrow();
        assertThat(leadership.term()).hasValue(1);
        leadership.ensureLeader();
        leadership.yield();
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> told.size() == 3 && election.isLeader());
        election.close();
        assertThat(election.isLeader()).isFalse();
        assertThat(told).containsExactly("granted", "revoked YIELDED", "granted", "revoked ELECTION_CLOSED");
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> client.leaderElection(""));
    }

    @Test
    void closeEndsElections() {
        List<RevocationReason> reasons = new CopyOnWriteArrayList<>();
        LeaderElection election = client.leaderElection("r")
                .onRevoked((leadership, reason) -> reasons.add(reason))
                .start();
        client.close();
        assertThat(reasons).containsExactly(RevocationReason.CLIENT_CLOSED);
        assertThat(election.state()).isEqualTo(LeaderElection.State.CLOSED);
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.leaderElection("r").start());
    }

    @Test
    void allFormsGrant() throws Exception {
        DistributedLock lock = client.lock("k").withName("order").withLease(Duration.ofMillis(1500));
        assertThat(lock.name()).isEqualTo("order");
        assertThat(lock.acquire().lease()).isEqualTo(Duration.ofSeconds(2));
        assertThat(lock.tryAcquire()).isPresent();
        assertThat(lock.tryAcquire(Duration.ofSeconds(-1))).isPresent();
        assertThat(lock.acquireAsync()).isCompletedWithValueMatching(LockHandle::isHeld);
        assertThat(lock.tryAcquireAsync()).isCompletedWithValueMatching(handle -> handle.isPresent());
        assertThat(lock.tryAcquireAsync(Duration.ZERO)).isCompletedWithValueMatching(handle -> handle.isPresent());
        assertThat(client.semaphore("s", 2).withoutRenewal().limit()).isEqualTo(2);
        assertThat(client.semaphore("s", 2).acquire().key()).isEqualTo("s");
    }

    @Test
    void limitsOfTheHoldHaveNoEffect() throws Exception {
        LockHandle handle = client.lock("k")
                .withHoldAtLeast(Duration.ofHours(1))
                .withHoldAtMost(Duration.ofHours(1))
                .acquire();
        assertThat(handle.limitHold(null, Duration.ofNanos(1))).isTrue();
        assertThat(handle.isHeld()).isTrue();
        handle.close();
        assertThat(handle.limitHold(null, null)).isFalse();
        assertThat(client.lock("k").tryAcquire()).isPresent();
    }

    @Test
    void leaseOfAHandleMayBeChanged() throws Exception {
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.renewAsync(Duration.ofMillis(1500))).isCompletedWithValue(true);
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(2));
        refused(() -> handle.renewAsync(Duration.ZERO));
        handle.close();
        assertThat(handle.renewAsync(Duration.ofSeconds(9))).isCompletedWithValue(false);
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void placeThatIsNotTakenIsReleased() throws Exception {
        QueuedAcquisition place = client.lock("k").enqueueAsync().get();
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ACQUIRED);
        place.close();
        assertThat(place.state()).isEqualTo(QueuedAcquisition.State.ENDED);
    }

    @Test
    void argumentsAreCheckedAsByARealClient() {
        refused(() -> client.lock("a b"));
        refused(() -> client.semaphore("s", 0));
        refused(() -> client.lock("k").withLease(Duration.ZERO));
        refused(() -> client.lock("k").withAcquireTimeout(Duration.ofSeconds(-1)));
        refused(() -> client.lock("k").withRenewRatio(1));
        refused(() -> client.lock("k").tryAcquire(Duration.ofSeconds(Long.MAX_VALUE)));
        refused(() -> client.signals().emit("a.*", "p"));
        refused(() -> client.signals().emit("a", ""));
        refused(() -> client.signals().subscribe("a*", signal -> {}));
        refused(() -> client.signals().publisher("a*", SubscriptionOptions.defaults()));
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(call);
    }

    @Test
    void signalsReachNobody() throws Exception {
        assertThat(client.signals().emit("a", "p")).isZero();
        assertThat(client.signals().emitAsync("a", "p")).isCompletedWithValue(0L);
        SignalSubscription subscription = client.signals().subscribe("a.>", "group", signal -> {
            throw new AssertionError("a signal: " + signal);
        });
        assertThat(subscription.ready()).isCompleted();
        assertThat(subscription.isConnected()).isTrue();
        assertThat(subscription.group()).isEqualTo("group");
        assertThat(subscription.close(Duration.ofSeconds(1))).isTrue();
        assertThat(subscription.isClosed()).isTrue();
    }

    @Test
    void takersOfAStreamWaitForItsEnd() throws Exception {
        try (SignalStream stream = client.signals().stream("a")) {
            assertThat(stream.poll(Duration.ofMillis(1))).isEmpty();
            CompletableFuture<Long> counting =
                    CompletableFuture.supplyAsync(() -> stream.stream().count());
            assertThat(counting).isNotDone();
            client.close();
            assertThat(counting.get(10, TimeUnit.SECONDS)).isZero();
            assertThat(stream.take()).isEmpty();
        }
    }

    @Test
    void publisherCompletesWithTheClientUnlessItWasCancelled() {
        CompletableFuture<Void> completed = subscribe(false);
        CompletableFuture<Void> cancelled = subscribe(true);
        assertThat(completed).isNotDone();
        client.close();
        assertThat(completed).isCompleted();
        assertThat(cancelled).isNotDone();
    }

    private CompletableFuture<Void> subscribe(boolean cancel) {
        CompletableFuture<Void> completed = new CompletableFuture<>();
        client.signals().publisher("a", SubscriptionOptions.defaults()).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(1);
                if (cancel) {
                    subscription.cancel();
                }
            }

            @Override
            public void onNext(Signal signal) {
                completed.completeExceptionally(new AssertionError("a signal: " + signal));
            }

            @Override
            public void onError(Throwable failure) {
                completed.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                completed.complete(null);
            }
        });
        return completed;
    }

    @Test
    void thereIsNothingToSee() throws Exception {
        client.connect();
        assertThat(client.servers()).containsExactly(client.serverFor("k"));
        assertThat(client.stats().keySet()).isEqualTo(Set.copyOf(client.servers()));
        assertThat(client.stats().get(client.serverFor("k")).locks()).isEmpty();
        assertThat(client.snapshot().held()).isEmpty();
    }

    @Test
    void closedClientRefusesRequests() {
        DistributedLock lock = client.lock("k");
        client.close(Duration.ofSeconds(1));
        assertThat(client.isClosed()).isTrue();
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::acquire);
        assertThatExceptionOfType(ClientClosedException.class).isThrownBy(lock::enqueue);
        assertThat(lock.acquireAsync()).isCompletedExceptionally();
        assertThat(client.signals().emitAsync("a", "p")).isCompletedExceptionally();
        assertThatExceptionOfType(ClientClosedException.class)
                .isThrownBy(() -> client.signals().subscribe("a", signal -> {}));
    }
}
