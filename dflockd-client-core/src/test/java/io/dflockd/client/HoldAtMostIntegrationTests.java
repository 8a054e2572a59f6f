package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A lock with a maximum time is lost no later, with a reason of its own, and free at the server. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class HoldAtMostIntegrationTests {

    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void lockIsLostAtItsMaximumTimeAndHandedOn() throws Exception {
        String key = servers.key();
        Events events = new Events();
        Duration atMost = Duration.ofMillis(350);
        DflockdClient client = servers.client(settings -> settings.listener(events));
        client.connect();
        long start = System.nanoTime();
        LockHandle handle = client.lock(key).withHoldAtMost(atMost).acquire();
        List<LossReason> reasons = new CopyOnWriteArrayList<>();
        handle.onLost((lost, reason) -> reasons.add(reason));
        assertThat(handle.remainingLease()).isLessThanOrEqualTo(atMost);
        LockHandle next = servers.client().lock(key).acquire();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(atMost.toNanos());
        assertThat(handle.isHeld()).as("held by both").isFalse();
        assertThat(handle.state()).isEqualTo(LockHandle.State.LOST);
        assertThat(handle.lossReason()).contains(LossReason.HELD_TOO_LONG);
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(handle::ensureHeld)
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
        assertThat(handle.release()).isFalse();
        await().atMost(SOON).untilAsserted(() -> assertThat(reasons).containsExactly(LossReason.HELD_TOO_LONG));
        await().atMost(SOON).until(() -> events.count("lost " + key + " HELD_TOO_LONG") == 1);
        next.close();
    }

    @Test
    void lockIsNotLostIfItIsReleasedBefore() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        LockHandle handle =
                client.lock("k").withHoldAtMost(Duration.ofSeconds(1)).acquire();
        assertThat(handle.release()).isTrue();
        assertThat(server.view().holders("k")).isEmpty();
        await().during(Duration.ofMillis(1200)).atMost(SOON).until(() -> events.count("lost") == 0);
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void defaultOfTheClientCounts() throws Exception {
        DflockdClient client = servers.client(settings -> settings.holdAtMost(Duration.ofMillis(200)));
        LockHandle limited = client.semaphore(servers.key(), 2).acquire();
        LockHandle unlimited = client.lock(servers.key()).withHoldAtMost(null).acquire();
        await().atMost(SOON).until(() -> !limited.isHeld());
        assertThat(unlimited.isHeld()).isTrue();
        unlimited.close();
    }

    @Test
    void minimumOfTheSameLengthDoesNotKeepItLonger() throws Exception {
        TestServer server = servers.start();
        Duration time = Duration.ofMillis(400);
        DistributedLock lock = servers.client().lock("k").withHoldAtLeast(time).withHoldAtMost(time);
        LockHandle held = lock.acquire();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
        assertThat(held.lossReason()).contains(LossReason.HELD_TOO_LONG);
        LockHandle kept = lock.acquire();
        kept.close();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
        assertThat(kept.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void renewalThatIsOutstandingDoesNotProlongIt() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        LockHandle handle =
                client.lock("k").withHoldAtMost(Duration.ofMillis(600)).acquire();
        TestFault late = server.faults().inject(Fault.delay(Duration.ofMillis(1200)), FaultTarget.command("n"));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        late.awaitHits(1, SOON);
        assertThat(renewed.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.HELD_TOO_LONG);
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
        assertThat(handle.isHeld()).as("after the late answer").isFalse();
        assertThat(client.lock("k").tryAcquire(Duration.ofSeconds(5))).isPresent();
    }

    @Test
    void serverThatDoesNotAnswerDoesNotProlongIt() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        client.connect();
        LockHandle handle =
                client.lock("k").withHoldAtMost(Duration.ofMillis(500)).acquire();
        server.faults().inject(Fault.stall(), FaultTarget.any());
        CompletableFuture<Boolean> unanswered = handle.renewAsync();
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(handle.lossReason()).contains(LossReason.HELD_TOO_LONG);
        assertThat(unanswered.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void pauseOfTheProcessDoesNotProlongIt() throws Exception {
        AdjustableClock clock = new AdjustableClock();
        DflockdClient client = servers.client(settings -> settings.ticker(clock));
        LockHandle handle = client.lock(servers.key())
                .withLease(LONG)
                .withHoldAtMost(Duration.ofSeconds(10))
                .acquire();
        assertThat(handle.isHeld()).isTrue();
        clock.jump(Duration.ofSeconds(10));
        assertThat(handle.isHeld()).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.HELD_TOO_LONG);
    }

    @Test
    void placeThatIsNotAwaitedInTimeIsLost() throws Exception {
        TestServer server = servers.start();
        QueuedAcquisition place = servers.client()
                .lock("k")
                .withHoldAtMost(Duration.ofMillis(200))
                .enqueue();
        await().atMost(SOON).until(() -> server.view().holders("k").isEmpty());
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> place.await(Duration.ofSeconds(1)))
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
    }

    @Test
    void maximumTimeMayBeChangedWhileItIsHeld() throws Exception {
        DflockdClient client = servers.client();
        LockHandle longer = client.lock(servers.key())
                .withHoldAtMost(Duration.ofMillis(600))
                .acquire();
        LockHandle shorter = client.lock(servers.key()).withHoldAtMost(LONG).acquire();
        assertThat(longer.limitHold(null, LONG)).isTrue();
        assertThat(shorter.limitHold(null, Duration.ofMillis(300))).isTrue();
        await().atMost(SOON).until(() -> !shorter.isHeld());
        assertThat(shorter.lossReason()).contains(LossReason.HELD_TOO_LONG);
        assertThat(shorter.limitHold(null, LONG)).as("it is lost").isFalse();
        await().during(Duration.ofMillis(700)).atMost(SOON).until(longer::isHeld);
        longer.close();
    }
}
