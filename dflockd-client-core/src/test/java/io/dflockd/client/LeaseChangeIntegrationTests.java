package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestFault;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.RequestView;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A renewal may set another lease, which later renewals keep. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LeaseChangeIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private static boolean renewed(LockHandle handle, Duration lease) throws Exception {
        return handle.renewAsync(lease).get(20, TimeUnit.SECONDS);
    }

    private static List<String> renewals(TestServer server, LockHandle handle) {
        return server.view().requests().stream()
                .filter(request -> request.command().equals("n"))
                .map(RequestView::argument)
                .map(argument -> argument.substring(handle.token().length()).trim())
                .toList();
    }

    @Test
    void longerLeaseIsSetAtOnceAndKept() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client()
                .lock("k")
                .withLease(Duration.ofSeconds(2))
                .withRenewRatio(0.1)
                .acquire();
        assertThat(renewed(handle, Duration.ofMillis(9_001))).isTrue();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(handle.remainingLease()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        int set = renewals(server, handle).lastIndexOf("10") + 1;
        await().atMost(SOON).until(() -> renewals(server, handle).size() > set);
        assertThat(renewals(server, handle).subList(set - 1, set + 1)).containsOnly("10");
        assertThat(handle.release()).isTrue();
    }

    @Test
    void shorterLeaseEndsSoonerAndIsRenewedSooner() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(20)).acquire();
        assertThat(renewed(handle, Duration.ofSeconds(2))).isTrue();
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(2));
        assertThat(handle.remainingLease()).isLessThanOrEqualTo(Duration.ofSeconds(2));
        await().atMost(SOON).until(() -> renewals(server, handle).size() >= 3);
        assertThat(renewals(server, handle)).containsOnly("2");
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void shorterLeaseWhoseAnswerIsLateEndsAsTheServersDoes() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(20)).acquire();
        server.faults().inject(Fault.stall(), FaultTarget.command("n").times(1));
        CompletableFuture<Boolean> unanswered = handle.renewAsync(Duration.ofSeconds(1));
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(unanswered.get(20, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void leaseThatIsSetDuringARenewalIsSentAfterIt() throws Exception {
        TestServer server = servers.start();
        LockHandle handle =
                servers.client().lock("k").withLease(Duration.ofSeconds(20)).acquire();
        TestFault late = server.faults()
                .inject(
                        Fault.delay(Duration.ofMillis(400)),
                        FaultTarget.command("n").times(1));
        CompletableFuture<Boolean> first = handle.renewAsync();
        late.awaitHits(1, SOON);
        CompletableFuture<Boolean> second = handle.renewAsync(Duration.ofSeconds(7));
        CompletableFuture<Boolean> third = handle.renewAsync(Duration.ofSeconds(5));
        assertThat(third.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(renewals(server, handle)).containsExactly("20", "5");
        assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(5));
        assertThat(handle.remainingLease()).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(handle.release()).isTrue();
    }

    @Test
    void lockWithoutRenewalIsRenewedThisOnce() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client()
                .lock("k")
                .withLease(Duration.ofSeconds(20))
                .withoutRenewal()
                .acquire();
        assertThat(renewed(handle, Duration.ofSeconds(1))).isTrue();
        await().atMost(SOON).until(() -> !handle.isHeld());
        assertThat(handle.lossReason()).contains(LossReason.LEASE_EXPIRED);
        assertThat(renewals(server, handle)).containsExactly("1");
    }

    @Test
    void leaseOfASlotMayBeChanged() throws Exception {
        LockHandle slot = servers.client().semaphore(servers.key(), 2).acquire();
        assertThat(renewed(slot, Duration.ofSeconds(120))).isTrue();
        assertThat(slot.lease()).isEqualTo(Duration.ofMinutes(2));
        slot.close();
    }

    @Test
    void refusedRenewalLosesTheLock() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        server.faults().inject(Fault.answer("error"), FaultTarget.command("n"));
        assertThat(renewed(handle, Duration.ofSeconds(5))).isFalse();
        assertThat(handle.lossReason()).contains(LossReason.REJECTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT9223372037S"})
    void badLeaseIsRefused(String lease) throws Exception {
        LockHandle handle = servers.client().lock(servers.key()).acquire();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> handle.renewAsync(Duration.parse(lease)))
                .withMessageContaining(Duration.parse(lease).toString());
        assertThat(handle.isHeld()).isTrue();
        handle.close();
    }
}
