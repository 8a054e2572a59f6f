package io.dflockd.client.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.LossReason;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestPorts;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.TestServerSettings;
import io.dflockd.client.testserver.Tls;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProtocolConnectionIntegrationTests {

    private static final Duration NO_WAIT = Duration.ZERO;

    private TestServer server;

    private ProtocolConnection connection;

    private ProtocolConnection other;

    @BeforeEach
    void open() throws Exception {
        server = started(new TestServerSettings());
        connection = ProtocolConnection.open(address(), ConnectionOptions.defaults());
        other = ProtocolConnection.open(address(), ConnectionOptions.defaults());
    }

    @AfterEach
    void close() {
        connection.close();
        other.close();
        server.close();
    }

    private static TestServer started(TestServerSettings settings) throws IOException {
        TestServer started = TestServer.create(settings.port(TestPorts.next()));
        started.start();
        return started;
    }

    private ServerAddress address() {
        return ServerAddress.parse(server.address());
    }

    @Test
    void locksAreAcquiredRenewedAndReleased() throws Exception {
        Grant grant = connection.acquire("k", NO_WAIT, Duration.ofSeconds(60));
        assertThat(grant.lease()).isEqualTo(Duration.ofSeconds(60));
        boolean numbered = connection.stats().abilities().fences() == ServerAbilities.Fences.IN_FIELD;
        assertThat(grant.fence()).isEqualTo(numbered ? OptionalLong.of(1) : OptionalLong.empty());
        assertThat(connection.renew("k", grant.token(), null))
                .as("without a lease the server's default")
                .isEqualTo(Duration.ofSeconds(33));
        assertThat(other.renew("k", grant.token(), Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
        assertThat(connection.release("k", grant.token())).isTrue();
        assertThat(connection.release("k", grant.token())).isFalse();
    }

    @Test
    void tlsIsUsedOnRequest() throws Exception {
        Tls tls = Tls.forLoopback();
        try (TestServer secure = started(new TestServerSettings().tls(tls))) {
            ServerAddress address = ServerAddress.parse(secure.address());
            ConnectionOptions options = ConnectionOptions.defaults().withSslContext(tls.client());
            try (ProtocolConnection secured = ProtocolConnection.open(address, options)) {
                Grant grant = secured.acquire("k", NO_WAIT, null);
                assertThat(secured.release("k", grant.token())).isTrue();
            }
            try (ProtocolConnection plain = ProtocolConnection.open(address, options.withSslContext(null))) {
                assertThatExceptionOfType(DflockdException.class).isThrownBy(() -> plain.acquire("k", NO_WAIT, null));
            }
        }
    }

    @Test
    void aBusyLockIsATimeout() throws Exception {
        connection.acquire("k", NO_WAIT, null);
        assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> other.acquire("k", NO_WAIT, null));
    }

    @Test
    void semaphoresHaveTheirOwnFive() throws Exception {
        Grant first = connection.semAcquire("s", NO_WAIT, 2, null);
        assertThat(connection.semEnqueue("s", 2, null).acquired()).isTrue();
        Enqueued third = other.semEnqueue("s", 2, null);
        assertThat(third.acquired()).isFalse();
        assertThat(connection.semRenew("s", first.token(), Duration.ofSeconds(9)))
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(connection.semRelease("s", first.token())).isTrue();
        Grant granted = other.semAwait("s", Duration.ofSeconds(5));
        assertThat(other.semRelease("s", granted.token())).isTrue();
        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                .isThrownBy(() -> other.semAcquire("s", NO_WAIT, 3, null));
    }

    @Test
    void twoPhasesGoThroughTheQueue() throws Exception {
        Grant held = connection.acquire("k", NO_WAIT, null);
        assertThat(other.enqueue("k", null).acquired()).isFalse();
        CompletableFuture<Grant> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return other.await("k", Duration.ofSeconds(10));
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        });
        server.await(view -> view.waiters("k").stream().anyMatch(w -> w.blocked()), Duration.ofSeconds(5));
        connection.release("k", held.token());
        assertThat(waiting.get(5, TimeUnit.SECONDS).token()).isNotEqualTo(held.token());
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> connection.await("k", NO_WAIT))
                .withMessageContaining("not enqueued");
    }

    @Test
    void renewalOfAnUnknownTokenIsALoss() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> connection.renew("k", "0".repeat(32), null))
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.REJECTED));
    }

    @Test
    void leaseThatHasExpiredIsALossOfItsOwnReason() throws Exception {
        Fault expired = Fault.answer("error_lease_expired");
        try (var faulty = server.faults().inject(expired, FaultTarget.command("n", "w"))) {
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(() -> connection.renew("k", "0".repeat(32), null))
                    .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(() -> connection.await("k", NO_WAIT))
                    .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.LEASE_EXPIRED));
            faulty.awaitHits(2, Duration.ofSeconds(5));
        }
    }

    @Test
    @ServerWithSignals
    void signalsAreCountedAndStatsAreRead() throws Exception {
        assertThat(connection.emit("events.a", "hello")).isZero();
        connection.acquire("k", NO_WAIT, null);
        assertThat(connection.stats().locks())
                .singleElement()
                .satisfies(lock -> assertThat(lock.key()).isEqualTo("k"));
    }

    @Test
    void closingFreesWhatWasGranted() throws Exception {
        connection.acquire("k", NO_WAIT, null);
        connection.close();
        Grant next = other.acquire("k", Duration.ofSeconds(5), null);
        assertThat(next.token()).isNotEmpty();
        assertThatExceptionOfType(DflockdException.class).isThrownBy(() -> connection.stats());
    }

    @Test
    void anInterruptEndsTheConnectionAndLeavesNothingHeld() throws Exception {
        Grant held = connection.acquire("k", NO_WAIT, null);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                other.acquire("k", Duration.ofSeconds(20), null);
                interrupted.complete(false);
            } catch (InterruptedException ex) {
                interrupted.complete(true);
            }
        });
        thread.start();
        server.await(view -> view.waiters("k").size() == 1, Duration.ofSeconds(5));
        thread.interrupt();
        assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
        connection.release("k", held.token());
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void anAnswerThatDoesNotComeIsATimeoutOfItsOwnType() throws Exception {
        try (ProtocolConnection impatient = ProtocolConnection.open(
                        address(),
                        ConnectionOptions.defaults().withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(100)));
                var stalled = server.faults().inject(Fault.ignore(), FaultTarget.command("stats"))) {
            assertThatExceptionOfType(RequestTimeoutException.class).isThrownBy(impatient::stats);
            assertThatExceptionOfType(ConnectionClosedException.class)
                    .isThrownBy(() -> impatient.acquire("k", NO_WAIT, null));
            stalled.awaitHits(1, Duration.ofSeconds(5));
        }
    }

    @Test
    void badArgumentsAreRefusedBeforeAnythingIsSent() {
        int before = (int) server.view().requests().size();
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> connection.acquire("a b", NO_WAIT, null));
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> connection.release("k", "x\nr\nk"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> connection.semAcquire("s", NO_WAIT, 0, null));
        assertThatExceptionOfType(InvalidArgumentException.class).isThrownBy(() -> connection.emit("a.*", "x"));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> connection.emit("a", "x".repeat(257)));
        assertThat(server.view().requests()).hasSize(before);
    }

    @Test
    void aWrongTokenIsAnAuthenticationFailure() throws Exception {
        try (TestServer guarded = started(new TestServerSettings().authToken("right"))) {
            ServerAddress address = ServerAddress.parse(guarded.address());
            assertThatExceptionOfType(DflockdAuthenticationException.class)
                    .isThrownBy(() -> ProtocolConnection.open(
                            address, ConnectionOptions.defaults().withAuthToken("s3cret-wrong")))
                    .satisfies(ex -> assertThat(ex.getMessage()).doesNotContain("s3cret-wrong"));
            try (ProtocolConnection good = ProtocolConnection.open(
                    address, ConnectionOptions.defaults().withAuthToken("right"))) {
                assertThat(good.stats().connections()).isPositive();
            }
        }
    }
}
