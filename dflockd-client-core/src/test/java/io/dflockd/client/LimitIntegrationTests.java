package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Limits of the server and of the client, and each status of the server, told so that the user knows what to do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LimitIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void moreKeysThanTheServerTakesIsARejectionThatNamesTheFlags() throws Exception {
        servers.start(settings -> settings.maxLocks(1));
        DflockdClient client = servers.client();
        client.lock("idle").acquire().close();
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("'k'")
                .withMessageContaining("--max-locks")
                .withMessageContaining("--gc-max-idle");
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire());
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").enqueue());
    }

    @Test
    void fullQueueIsBusyForATry() throws Exception {
        TestServer server = servers.start(settings -> settings.maxWaiters(1));
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        assertThat(client.lock("k").tryAcquire()).isEmpty();
        assertThat(client.lock("k").tryAcquireAsync().get(20, TimeUnit.SECONDS)).isEmpty();
        held.close();
        waiting.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void fullQueueIsARejectionForOneWhoWouldWait() throws Exception {
        TestServer server = servers.start(settings -> settings.maxWaiters(1));
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("--max-waiters");
        held.close();
        waiting.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void twoLimitsForOneSemaphoreAreAMismatchWithBothNumbers() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        LockHandle held = client.semaphore(key, 3).acquire();
        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                .isThrownBy(() -> client.semaphore(key, 5).acquire())
                .withMessageContaining("limit 5")
                .withMessageContaining("limit 3")
                .satisfies(mismatch -> {
                    assertThat(mismatch.requestedLimit()).isEqualTo(5);
                    assertThat(mismatch.serverLimit()).hasValue(3);
                });
        held.close();
    }

    @Test
    void lockOnTheKeyOfASemaphoreIsAMismatchOfLimits() throws Exception {
        servers.start();
        DflockdClient client = servers.client();
        assumeTrue(
                ServerState.abilities(client).generation() != ServerAbilities.Generation.V2,
                "locks and semaphores with the same key are independent at this server");
        LockHandle held = client.semaphore("k", 2).acquire();
        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .satisfies(mismatch -> {
                    assertThat(mismatch.requestedLimit()).isEqualTo(1);
                    assertThat(mismatch.serverLimit()).hasValue(2);
                });
        held.close();
    }

    @Test
    void mismatchIsToldWithoutTheServersLimitWhereItsStatsDoNotAnswer() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofMillis(500)));
        LockHandle held = client.semaphore("k", 3).acquire();
        server.faults().inject(Fault.ignore(), FaultTarget.command("stats"));
        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                .isThrownBy(() -> client.semaphore("k", 5).acquire())
                .satisfies(mismatch -> assertThat(mismatch.serverLimit()).isEmpty());
        DflockdClient patient = servers.client(settings -> settings.requestTimeout(Duration.ofSeconds(30)));
        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                .as("a caller with less time than stats take")
                .isThrownBy(() -> patient.semaphore("k", 5).tryAcquire(Duration.ofSeconds(2)));
        held.close();
    }

    @Test
    void capOfWaitConnectionsIsAnErrorThatNamesTheSetting() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client(settings -> settings.maxWaitConnections(2));
        LockHandle held = client.lock(key).acquire();
        // Which of the two is granted first is the order in which their connections were ready.
        CompletableFuture<Void> one = client.lock(key).acquireAsync().thenAccept(LockHandle::close);
        CompletableFuture<Void> other = client.lock(key).acquireAsync().thenAccept(LockHandle::close);
        ServerState.awaitWaiters(client, key, 2);
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock(key).acquire())
                .withMessageContaining("maxWaitConnections");
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock(key).enqueue())
                .withMessageContaining("maxWaitConnections");
        assertThat(client.lock(key).tryAcquire()).as("a try needs none").isEmpty();
        assertThat(held.release()).as("a release needs none").isTrue();
        one.get(20, TimeUnit.SECONDS);
        other.get(20, TimeUnit.SECONDS);
        client.lock(key).acquire().close();
    }

    @Test
    void aThousandWaitersOnAFewKeysAreServedByBoundedConnections() throws Exception {
        TestServer server = servers.start(settings -> settings.requestLogSize(100));
        DflockdClient client = servers.client(settings -> settings.acquireTimeout(Duration.ofSeconds(50)));
        List<LockHandle> held = new ArrayList<>();
        for (int key = 0; key < 5; key++) {
            held.add(client.lock("k" + key).acquire());
        }
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            waiting.add(client.lock("k" + i % 5).acquireAsync().thenCompose(LockHandle::releaseAsync));
        }
        server.await(view -> view.waiters().size() == 1000, Duration.ofSeconds(30));
        assertThat(server.view().connections()).hasSize(1001);
        assertThatExceptionOfType(LockRejectedException.class)
                .as("one more than the cap")
                .isThrownBy(() -> client.lock("k0").acquire());
        held.forEach(handle -> assertThat(handle.release()).isTrue());
        for (CompletableFuture<Boolean> one : waiting) {
            assertThat(one.get(40, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aThousandWaitersOnAThousandKeysAgainstACapNeverDeadlock() throws Exception {
        TestServer server = servers.start(settings -> settings.maxLocks(4000));
        DflockdClient holder = servers.client(server);
        DflockdClient client =
                servers.client(settings -> settings.maxWaitConnections(50).acquireTimeout(Duration.ofSeconds(30)));
        List<LockHandle> held = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            held.add(holder.lock("k" + i).acquire());
        }
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            asked.add(client.lock("k" + i).acquireAsync().thenCompose(LockHandle::releaseAsync));
        }
        server.await(view -> view.waiters().size() == 50, SOON);
        await().atMost(SOON)
                .until(() -> asked.stream().filter(CompletableFuture::isDone).count() == 950);
        assertThat(server.view().connections().size()).isLessThanOrEqualTo(52);
        held.forEach(LockHandle::close);
        int granted = 0;
        int refused = 0;
        for (CompletableFuture<Boolean> one : asked) {
            try {
                assertThat(one.get(20, TimeUnit.SECONDS)).isTrue();
                granted++;
            } catch (ExecutionException ex) {
                assertThat(ex.getCause())
                        .isInstanceOf(LockRejectedException.class)
                        .hasMessageContaining("maxWaitConnections");
                refused++;
            }
        }
        assertThat(granted).isEqualTo(50);
        assertThat(refused).isEqualTo(950);
    }

    @ParameterizedTest
    @CsvSource({
        "error_max_locks, LockRejectedException, --max-locks",
        "error_limit_mismatch, SemaphoreLimitMismatchException, limit",
        "error_type_mismatch, LockRejectedException, read-write lock",
        "error_already_enqueued, DflockdProtocolException, already enqueued",
        "error_auth, DflockdAuthenticationException, token",
        "error_draining, ConnectionClosedException, shutting down",
        "error_not_leader, DflockdConnectionException, leader",
        "error_not_leader 10.1.2.3:6388, DflockdConnectionException, 10.1.2.3:6388",
        "error, DflockdProtocolException, plain 'error'",
        "error_of_tomorrow, DflockdProtocolException, error_of_tomorrow",
        "okay 0123 33, DflockdProtocolException, okay",
        "ok, DflockdProtocolException, without a token",
        "ok tok NaN, DflockdProtocolException, NaN",
        "ok tok 33 minus, DflockdProtocolException, minus",
        "'', DflockdProtocolException, ''"
    })
    void statusOfATryIsAnErrorOfItsOwnType(String status, String type, String text) throws Exception {
        TestServer server = servers.start();
        server.faults()
                .inject(
                        Fault.answer(status),
                        FaultTarget.command("l", "sl", "e").onKey("k"));
        DflockdClient client = servers.client();
        Throwable failure = failureOf(() -> client.lock("k").tryAcquire());
        assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
        assertThat(failure)
                .isInstanceOf(DflockdException.class)
                .hasMessageContaining(text)
                .hasMessageContaining(
                        server.address().substring(server.address().indexOf(':')));
        assertThat(failureOf(() -> client.lock("k").enqueue()).getClass().getSimpleName())
                .as("enqueue")
                .isEqualTo(type);
    }

    @Test
    void errorsAreNeverTakenForBusy() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.answer("error_max_locks"), FaultTarget.command("l"));
        DflockdClient client = servers.client();
        assertThatExceptionOfType(LockRejectedException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire(Duration.ofSeconds(10)));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> client.lock("k").tryAcquireAsync().get(20, TimeUnit.SECONDS))
                .withCauseInstanceOf(LockRejectedException.class);
    }

    private interface Attempt {
        Object run() throws Exception;
    }

    private static Throwable failureOf(Attempt attempt) {
        try {
            Object result = attempt.run();
            return new AssertionError("expected a failure, got " + result);
        } catch (Exception ex) {
            return ex;
        }
    }
}
