package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.RequestView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A held lock is renewed with its own lease until it is released, and not a moment longer. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class RenewalIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private static Duration longTime() {
        return TestServers.soak() ? Duration.ofMinutes(5) : Duration.ofSeconds(8);
    }

    @Test
    @Timeout(400)
    void leaseOfOneSecondIsHeldForLong() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock(key).withLease(Duration.ofSeconds(1)).acquire();
        await().during(longTime())
                .atMost(longTime().plusSeconds(5))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertThat(handle.isHeld())
                        .as("lost because of %s", handle.lossReason())
                        .isTrue());
        assertThat(client.lock(key).tryAcquire()).isEmpty();
        assertThat(handle.release()).as("the server still knows it").isTrue();
    }

    @Test
    void leaseLongerThanTheServersReadTimeoutIsHeldPastIt() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(4)));
        DflockdClient client = servers.client(settings -> settings.serverReadTimeout(Duration.ofSeconds(4))
                .keepAliveInterval(Duration.ofSeconds(1))
                .waitConnectionIdle(Duration.ofSeconds(1)));
        holdsPastTheReadTimeout(server, client, Duration.ofSeconds(12));
    }

    @Test
    @Tag("slow")
    void leaseOfAMinuteIsHeldPastTheDefaultReadTimeout() throws Exception {
        TestServer server = servers.start();
        holdsPastTheReadTimeout(server, servers.client(server), Duration.ofSeconds(31));
    }

    private void holdsPastTheReadTimeout(TestServer server, DflockdClient client, Duration time) throws Exception {
        LockHandle onSession =
                client.lock("a").withLease(Duration.ofSeconds(60)).acquire();
        LockHandle onWait = servers.acquireByWaiting(server, client.lock("b").withLease(Duration.ofSeconds(60)));
        LockHandle withoutRenewal = client.lock("c")
                .withLease(Duration.ofSeconds(60))
                .withoutRenewal()
                .acquire();
        await().during(time).atMost(time.plusSeconds(10)).untilAsserted(() -> {
            assertThat(onSession.isHeld()).as("on the session connection").isTrue();
            assertThat(onWait.isHeld()).as("on a wait connection").isTrue();
            assertThat(withoutRenewal.isHeld()).as("without renewal").isTrue();
        });
        assertThat(server.view().holders()).hasSize(3);
        assertThat(onSession.release()).isTrue();
        assertThat(onWait.release()).isTrue();
        assertThat(withoutRenewal.release()).isTrue();
    }

    @Test
    void explicitLeaseIsRenewedAndEachRenewalSendsItAgain() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(3)).acquire();
        await().during(Duration.ofSeconds(10)).atMost(SOON).until(handle::isHeld);
        List<RequestView> renewals = server.view().requests().stream()
                .filter(request -> request.command().equals("n"))
                .toList();
        assertThat(renewals).hasSizeGreaterThanOrEqualTo(5);
        assertThat(renewals)
                .allSatisfy(renewal -> assertThat(renewal.argument()).isEqualTo(handle.token() + " 3"));
        assertThat(handle.release()).isTrue();
    }

    @Test
    void renewRatioDecidesWhenToRenew() throws Exception {
        TestServer server = servers.start();
        LockHandle often = servers.client()
                .lock("k")
                .withLease(Duration.ofSeconds(4))
                .withRenewRatio(0.05)
                .acquire();
        await().atMost(SOON).until(() -> server.view().count("n") >= 5);
        assertThat(often.release()).isTrue();
    }

    @Test
    void lockWithoutRenewalSendsNone() throws Exception {
        TestServer server = servers.start();
        DflockdClient client =
                servers.client(settings -> settings.renewal(false).lease(Duration.ofSeconds(1)));
        client.connect();
        LockHandle handle = client.lock("k").acquire();
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(server.view().count("n")).isZero();
    }

    @Test
    void nothingIsRenewedAfterTheRelease() throws Exception {
        TestServer server = servers.start();
        DistributedLock lock = servers.client().lock("k").withLease(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            lock.acquire().close();
        }
        long before = server.view().count("n");
        await().during(Duration.ofMillis(1500))
                .atMost(SOON)
                .until(() -> server.view().count("n") == before);
    }

    @Test
    void renewalThatIsAnsweredAfterTheReleaseChangesNothing() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.listener(events));
        client.connect();
        LockHandle handle = client.lock("k").withLease(Duration.ofSeconds(4)).acquire();
        TestFault late = server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(800)),
                        FaultTarget.command("n").times(1));
        CompletableFuture<Boolean> renewed = handle.renewAsync();
        late.awaitHits(1, SOON);
        CompletableFuture<Boolean> released = handle.releaseAsync();
        assertThat(handle.isHeld()).isFalse();
        assertThat(released.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(renewed.get(20, TimeUnit.SECONDS)).isFalse();
        await().during(Duration.ofMillis(4500))
                .atMost(SOON)
                .until(() -> server.view().count("n") == 1);
        assertThat(events.count("lost")).isZero();
        assertThat(events.count("renewed")).isZero();
        assertThat(events.count("released k true")).isEqualTo(1);
    }

    @Test
    void renewalOnRequestIsConfirmedAndExtendsTheLease() throws Exception {
        LockHandle handle = servers.client()
                .lock(servers.key())
                .withLease(Duration.ofSeconds(18))
                .withRenewRatio(0.9)
                .acquire();
        await().atMost(SOON).until(() -> handle.remainingLease().compareTo(Duration.ofSeconds(16)) < 0);
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.remainingLease()).isGreaterThan(Duration.ofSeconds(16));
        handle.close();
        assertThat(handle.renewAsync().get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void renewalsOfManyLocksAreSpreadByJitter() throws Exception {
        TestServer server = servers.start(settings -> settings.requestLogSize(10_000));
        DflockdClient client = servers.client();
        List<LockHandle> handles = new ArrayList<>();
        List<Duration> remaining = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            handles.add(client.lock("k" + i).withLease(Duration.ofSeconds(4)).acquire());
        }
        await().during(Duration.ofSeconds(8))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(handles).allMatch(LockHandle::isHeld));
        handles.forEach(handle -> remaining.add(handle.remainingLease()));
        Duration least = remaining.stream().min(Duration::compareTo).orElseThrow();
        Duration most = remaining.stream().max(Duration::compareTo).orElseThrow();
        assertThat(most.minus(least)).isGreaterThan(Duration.ofMillis(50));
        assertThat(server.view().connections()).as("all on one connection").hasSize(1);
        handles.forEach(LockHandle::close);
    }

    @Test
    void jobLongerThanManyLeasesKeepsItsSlotOfASemaphore() throws Exception {
        DflockdClient client = servers.client();
        DistributedSemaphore pool = client.semaphore(servers.key(), 3).withLease(Duration.ofSeconds(3));
        List<LockHandle> slots = List.of(pool.acquire(), pool.acquire(), pool.acquire());
        await().during(Duration.ofSeconds(10))
                .atMost(SOON)
                .untilAsserted(() -> assertThat(slots).allMatch(LockHandle::isHeld));
        assertThat(pool.tryAcquire()).isEmpty();
        slots.forEach(slot -> assertThat(slot.release()).isTrue());
    }

    @Test
    void leaseOfZeroInAGrantIsAssumedToBeShort() throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer("ok 0123456789abcdef0123456789abcdef 0"),
                        FaultTarget.command("l").times(1));
        LockHandle handle = servers.client().lock("k").acquire();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(server.view().count("n")).as("no renewal in haste").isZero();
        handle.close();
    }
}
