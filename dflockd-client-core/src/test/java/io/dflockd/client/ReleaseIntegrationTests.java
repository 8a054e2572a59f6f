package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Giving a lock back: by any thread, once, never in the way of what the guarded code throws. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ReleaseIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void secondClientCanLockAtOnceAfterTheRelease() throws Exception {
        String key = servers.key();
        LockHandle handle = servers.client().lock(key).acquire();
        assertThat(handle.release()).isTrue();
        assertThat(handle.isHeld()).isFalse();
        LockHandle next = servers.client().lock(key).tryAcquire().orElseThrow();
        assertThat(next.release()).isTrue();
    }

    @Test
    void anyThreadMayRelease() throws Exception {
        LockHandle handle = servers.client().lock(servers.key()).acquire();
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        new Thread(() -> released.complete(handle.release())).start();
        assertThat(released.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void threadOfTheAcquireMayEndWithoutEndingTheLock() throws Exception {
        String key = servers.key();
        DflockdClient client = servers.client();
        CompletableFuture<LockHandle> acquired = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                acquired.complete(
                        client.lock(key).withLease(Duration.ofSeconds(3)).acquire());
            } catch (InterruptedException ex) {
                acquired.completeExceptionally(ex);
            }
        });
        thread.start();
        thread.join();
        LockHandle handle = acquired.get(20, TimeUnit.SECONDS);
        await().during(Duration.ofSeconds(5)).atMost(SOON).until(handle::isHeld);
        assertThat(handle.release()).isTrue();
    }

    @Test
    void manyThreadsReleasingTheSameHandleSendOneRelease() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                results.add(threads.submit(handle::release));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get(20, TimeUnit.SECONDS)).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(server.view().count("r")).isEqualTo(1);
    }

    @Test
    void releaseThatTheServerRefusesIsFalseAndDoesNotThrow() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        server.faults().expireNow("k");
        assertThat(handle.release()).isFalse();
        assertThat(handle.release()).isFalse();
        assertThat(handle.state()).isEqualTo(LockHandle.State.RELEASED);
    }

    @Test
    void failingReleaseDoesNotMaskTheExceptionOfTheGuardedCode() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    try (LockHandle handle = client.lock("k").acquire()) {
                        assertThat(handle.isHeld()).isTrue();
                        server.stop();
                        throw new IllegalStateException("of the guarded code");
                    }
                })
                .withMessage("of the guarded code")
                .satisfies(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }

    @Test
    void releaseOnASilentPathGivesUpAfterTheRequestTimeout() throws Exception {
        TestServer server = servers.start();
        Relay relay = servers.relay(server);
        DflockdClient client =
                servers.client(settings -> settings.servers(relay.address()).requestTimeout(Duration.ofMillis(400)));
        LockHandle handle = client.lock("k").acquire();
        relay.silence();
        assertThat(handle.release()).isFalse();
        assertThat(handle.isHeld()).isFalse();
        relay.resume();
    }

    @Test
    void interruptDoesNotStopAReleaseAndTheFlagIsKept() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        server.faults().inject(Fault.delay(Duration.ofMillis(300)), FaultTarget.command("r"));
        Thread.currentThread().interrupt();
        assertThat(handle.release()).isTrue();
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(server.view().holders("k")).isEmpty();
    }

    @Test
    void interruptedReleaseLetsNobodyInBeforeTheKeyIsFree() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client();
        LockHandle handle = client.lock("k").acquire();
        server.faults()
                .inject(
                        Fault.delayRequest(Duration.ofMillis(400)),
                        FaultTarget.command("r").times(1));
        Thread releasing = new Thread(handle::close);
        releasing.start();
        releasing.interrupt();
        LockHandle next = servers.client(server).lock("k").acquire();
        assertThat(server.view().holders("k"))
                .singleElement()
                .satisfies(holder -> assertThat(holder.token()).isEqualTo(next.token()));
        releasing.join();
        next.close();
    }

    @Test
    void laterReleaseTellsWhatBecameOfTheFirst() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        CompletableFuture<Boolean> first = handle.releaseAsync();
        first.cancel(true);
        handle.release();
        handle.close();
        assertThat(handle.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
        server.await(view -> view.holders("k").isEmpty(), SOON);
        assertThat(server.view().count("r")).isEqualTo(1);

        LockHandle other = servers.client().lock("k").acquire();
        assertThat(other.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(other.release()).isTrue();
        assertThat(other.releaseAsync().get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void releaseIsNeverSentTwice() throws Exception {
        TestServer server = servers.start();
        LockHandle handle = servers.client().lock("k").acquire();
        server.faults().inject(Fault.cut(), FaultTarget.command("r").times(1));
        assertThat(handle.release()).isFalse();
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> server.view().count("r") == 1);
    }

    @Test
    void tenHandlesSurviveAThousandOtherKeysOfTheSameClient() throws Exception {
        TestServer server = servers.start(settings -> settings.maxLocks(5000));
        DflockdClient client = servers.client();
        List<LockHandle> kept = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            kept.add(client.lock("kept" + i).acquire());
        }
        for (int i = 0; i < 1000; i++) {
            client.lock("other" + i).acquire().close();
        }
        assertThat(kept).allMatch(LockHandle::isHeld);
        assertThat(server.view().holders()).hasSize(10);
        kept.forEach(handle -> assertThat(handle.release()).isTrue());
    }
}
