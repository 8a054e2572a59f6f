package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that do not answer. Bytes are no answers, and neither are lines that nobody asked for. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SilentServerIntegrationTests {

    private static final String NOTHING = "";

    private static final String BYTES = "x";

    private static final String SIGNALS = "sig c payload\n";

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** Answers until it is told to be silent; then it writes these bytes every 300 ms. */
    private ScriptedServer serverThatFallsSilent(AtomicBoolean silent, String drip) {
        return servers.scripted((peer, request) -> {
            if (!silent.get()) {
                peer.say(ScriptedServer.answer(request));
            } else if (!drip.isEmpty()) {
                peer.drip(Duration.ofMillis(300), drip);
            }
        });
    }

    /** With a read timeout of 4 s: a keep-alive after 1 s, dead after about 3 s. */
    private DflockdClient impatientClient(ScriptedServer server) {
        return servers.client(settings -> settings.servers(server.address())
                .keepAliveInterval(Duration.ofSeconds(1))
                .serverReadTimeout(Duration.ofSeconds(4))
                .waitConnectionIdle(Duration.ofSeconds(2))
                .connectTimeout(Duration.ofSeconds(1))
                .requestTimeout(Duration.ofSeconds(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, BYTES, SIGNALS})
    void connectEndsWithinItsTimeouts(String drip) {
        ScriptedServer server = serverThatFallsSilent(new AtomicBoolean(true), drip);
        DflockdClient client = servers.client(settings -> settings.servers(server.address())
                .connectTimeout(Duration.ofSeconds(1))
                .requestTimeout(Duration.ofSeconds(1)));
        CompletableFuture<Void> connected = CompletableFuture.runAsync(() -> {
            try {
                client.connect();
            } catch (InterruptedException ex) {
                throw new IllegalStateException(ex);
            }
        });
        assertThat(connected)
                .failsWithin(Duration.ofSeconds(4))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(DflockdConnectionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, BYTES, SIGNALS})
    void connectionWithoutAnswersIsGivenUp(String drip) throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        ScriptedServer server = serverThatFallsSilent(silent, drip);
        DflockdClient client = impatientClient(server);
        LockHandle held = client.lock("k").acquire();
        ScriptedServer.Peer session = server.open().get(0);
        silent.set(true);
        await().atMost(Duration.ofSeconds(15)).until(() -> !session.isOpen());
        assertThat(held.isHeld()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, BYTES, SIGNALS})
    void connectionThatAnswersNothingButTheFirstIsGivenUpUnderLoad(String drip) throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        ScriptedServer server = serverThatFallsSilent(silent, drip);
        DflockdClient client = impatientClient(server);
        client.lock("k").acquire();
        ScriptedServer.Peer session = server.open().get(0);
        silent.set(true);
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(15))
                .until(() -> {
                    // New requests do not make it look alive.
                    client.lock("other").tryAcquireAsync();
                    return !session.isOpen();
                });
    }

    /** Of a server with a read timeout of four seconds. */
    private DflockdClient clientThatFindsDeadPaths(Relay relay) {
        return servers.client(settings -> settings.servers(relay.address())
                .keepAliveInterval(Duration.ofSeconds(1))
                .serverReadTimeout(Duration.ofSeconds(4))
                .waitConnectionIdle(Duration.ofSeconds(2)));
    }

    @Test
    void waitOnADeadPathIsAskedAgainWhenTheSessionIsFoundDead() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(4)));
        Relay relay = servers.relay(server);
        LockHandle held = servers.client(server).lock("k").acquire();
        DflockdClient client = clientThatFindsDeadPaths(relay);
        LockHandle other = client.lock("other").acquire();
        CompletableFuture<LockHandle> waiting =
                client.lock("k").withAcquireTimeout(Duration.ofSeconds(60)).acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        relay.silenceOpen();
        held.close();
        await().atMost(Duration.ofSeconds(10)).until(() -> !other.isHeld());
        LockHandle next = client.lock("next").acquire();
        // The server frees what it granted on the dead connection after its read timeout.
        LockHandle granted = waiting.get(20, TimeUnit.SECONDS);
        assertThat(granted.isHeld()).isTrue();
        assertThat(next.isHeld()).isTrue();
        granted.close();
    }

    @Test
    void placeOnADeadPathEndsWhenTheSessionIsFoundDead() throws Exception {
        TestServer server = servers.start(settings -> settings.readTimeout(Duration.ofSeconds(4)));
        Relay relay = servers.relay(server);
        LockHandle held = servers.client(server).lock("k").acquire();
        DflockdClient client = clientThatFindsDeadPaths(relay);
        LockHandle other = client.lock("other").acquire();
        QueuedAcquisition place = client.lock("k").enqueue();
        CompletableFuture<LockHandle> waiting = place.awaitAsync(Duration.ofSeconds(60));
        server.await(view -> view.waiters("k").stream().anyMatch(waiter -> waiter.blocked()), SOON);
        relay.silenceOpen();
        await().atMost(Duration.ofSeconds(10)).until(() -> !other.isHeld());
        client.lock("next").acquire();
        assertThat(waiting)
                .failsWithin(SOON)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(DflockdConnectionException.class);
        held.close();
    }

    /** All locks are busy there. */
    private ScriptedServer serverThatAnswersNoWait() throws Exception {
        return servers.scripted((peer, request) -> {
            if (request.is("l") && !request.isWait()) {
                peer.say("timeout");
            } else if (!request.isWait()) {
                peer.say(ScriptedServer.answer(request));
            }
        });
    }

    @Test
    void waitsThatAreNeverAnsweredDoNotPileUp() throws Exception {
        ScriptedServer server = serverThatAnswersNoWait();
        DflockdClient client = servers.client(server);
        for (int i = 0; i < 30; i++) {
            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(() -> client.lock("k")
                            .withAcquireTimeout(Duration.ofMillis(50))
                            .acquire())
                    .isInstanceOfAny(LockTimeoutException.class, DflockdConnectionException.class);
        }
        // Each of them was to take a second at the server.
        await().atMost(Duration.ofSeconds(6))
                .untilAsserted(
                        () -> assertThat(server.open()).as("open connections").hasSizeLessThanOrEqualTo(2));
    }

    @Test
    void waitsThatAreNeverAnsweredDoNotUseUpTheConnections() throws Exception {
        ScriptedServer server = serverThatAnswersNoWait();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).maxWaitConnections(20));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (end - System.nanoTime() > 0) {
            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(() -> client.lock("k")
                            .withAcquireTimeout(Duration.ofMillis(200))
                            .acquire())
                    .as("never refused for want of connections")
                    .isInstanceOfAny(LockTimeoutException.class, DflockdConnectionException.class);
        }
    }

    // --- futures without an answer

    private static CompletableFuture<Long> millisUntilDone(CompletableFuture<?> future) {
        long begin = System.nanoTime();
        return future.handle((value, failure) -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    @Test
    void releaseAsyncEndsWithinTheRequestTimeout() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(settings -> settings.requestTimeout(Duration.ofSeconds(1)));
        LockHandle handle = client.lock("k").acquire();
        LockHandle other = client.lock("other").acquire();
        server.faults().inject(Fault.delayRequest(Duration.ofSeconds(4)), FaultTarget.command("r"));
        CompletableFuture<Boolean> released = handle.releaseAsync();
        CompletableFuture<Boolean> again = handle.releaseAsync();
        assertThat(millisUntilDone(released).get(20, TimeUnit.SECONDS)).isBetween(900L, 3900L);
        assertThat(released.join()).as("confirmed").isFalse();
        assertThat(again.get(20, TimeUnit.SECONDS)).as("confirmed").isFalse();
        assertThat(other.isHeld()).as("a lock of the same session").isTrue();
        server.await(view -> view.holders("k").isEmpty(), SOON);
        await().during(Duration.ofSeconds(1)).atMost(SOON).until(other::isHeld);
    }

    @Test
    void enqueueAsyncEndsWithinItsTimeouts() throws Exception {
        TestServer server = servers.start();
        DflockdClient client = servers.client(
                settings -> settings.requestTimeout(Duration.ofSeconds(1)).connectTimeout(Duration.ofSeconds(1)));
        server.faults().inject(Fault.stall(), FaultTarget.command("e"));
        CompletableFuture<QueuedAcquisition> place = client.lock("k").enqueueAsync();
        assertThat(millisUntilDone(place).get(20, TimeUnit.SECONDS)).isBetween(900L, 10_000L);
        assertThat(place).isCompletedExceptionally();
    }

    @Test
    void awaitAsyncEndsWithinItsTimeoutAndTheRequestTimeout() throws Exception {
        TestServer server = servers.start();
        LockHandle held = servers.client(server).lock("k").acquire();
        DflockdClient client =
                servers.client(settings -> settings.servers(server.address()).requestTimeout(Duration.ofSeconds(1)));
        QueuedAcquisition place = client.lock("k").enqueue();
        server.faults().inject(Fault.stall(), FaultTarget.command("w"));
        CompletableFuture<LockHandle> granted = place.awaitAsync(Duration.ofSeconds(1));
        assertThat(millisUntilDone(granted).get(20, TimeUnit.SECONDS)).isBetween(900L, 10_000L);
        server.faults().clear();
        held.close();
        servers.mayLeaveTraces();
    }
}
