package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that fit nothing, and partings that come in pieces. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class OddAnswerIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /**
     * A lease of 2 s that is granted after 1.3 s is confirmed by a renewal before it is handed out. The token is released,
     * or its connection closed, where the renewal fails: nobody else would free it.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {"what", "error_draining", "error_not_leader 10.0.0.1:6388", "error_max_locks", "timeout", "ok x"
            })
    void grantThatCannotBeConfirmedIsGivenBack(String answer) throws Exception {
        AtomicInteger waits = new AtomicInteger();
        ScriptedServer server = servers.scripted((peer, request) -> {
            if (request.is("n")) {
                peer.say(answer);
            } else if (request.isWait() && waits.incrementAndGet() == 1) {
                peer.sayAfter(Duration.ofMillis(1300), "ok late 2");
            } else if (request.is("l")) {
                peer.say("timeout");
            } else {
                peer.say(ScriptedServer.answer(request));
            }
        });
        DflockdClient client = servers.client(server);
        CompletableFuture<LockHandle> asked = client.lock("k")
                .withLease(Duration.ofSeconds(2))
                .withAcquireTimeout(Duration.ofSeconds(4))
                .acquireAsync();
        await().atMost(SOON).until(() -> server.count("n") > 0);
        ScriptedServer.Peer granting = server.peerOf("n");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> !granting.isOpen()
                        || server.requests().stream()
                                .anyMatch(request ->
                                        request.is("r") && request.argument().equals("late")));
        assertThat(asked.handle((handle, failure) -> handle == null || !handle.isHeld())
                        .get(10, TimeUnit.SECONDS))
                .as("not handed out")
                .isTrue();
    }

    /** Says {@code error} to the requests of a kind, and closes the connection later. */
    private ScriptedServer partingServer(String command, int pauseMillis) {
        Set<ScriptedServer.Peer> parting = ConcurrentHashMap.newKeySet();
        return servers.scripted((peer, request) -> {
            if (parting.contains(peer)) {
                // It reads nothing more.
                return;
            }
            if (request.is(command) && !request.isKeepAlive()) {
                parting.add(peer);
                peer.say("error");
                peer.endAfter(Duration.ofMillis(pauseMillis));
            } else {
                peer.say(ScriptedServer.answer(request));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150})
    void partingErrorToATryIsTheEndOfTheConnection(int pauseMillis) {
        DflockdClient client = servers.client(partingServer("l", pauseMillis));
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .isInstanceOf(DflockdConnectionException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150})
    void partingErrorToAnEnqueueIsTheEndOfTheConnection(int pauseMillis) {
        DflockdClient client = servers.client(partingServer("e", pauseMillis));
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> client.lock("k").enqueue())
                .isInstanceOf(DflockdConnectionException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150})
    void partingErrorToARenewalIsTheEndOfTheConnection(int pauseMillis) throws Exception {
        DflockdClient client = servers.client(partingServer("n", pauseMillis));
        LockHandle handle = client.lock("k").acquire();
        assertThat(handle.renewAsync().get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.lossReason()).hasValue(LossReason.CONNECTION_LOST);
    }

    @Test
    void errorOfAServerThatStaysIsAnAnswer() throws Exception {
        ScriptedServer server = servers.scripted((peer, request) ->
                peer.say(request.is("l") && request.key().equals("bad") ? "error" : ScriptedServer.answer(request)));
        DflockdClient client = servers.client(server);
        LockHandle held = client.lock("k").acquire();
        assertThatExceptionOfType(DflockdException.class)
                .isThrownBy(() -> client.lock("bad").tryAcquire())
                .isNotInstanceOf(DflockdConnectionException.class);
        assertThat(held.isHeld()).isTrue();
    }
}
