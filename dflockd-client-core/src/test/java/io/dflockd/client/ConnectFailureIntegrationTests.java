package io.dflockd.client;

import static io.dflockd.client.Sneaky.sneaky;
import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each way in which a connection does not come about has a type of its own, and a text that says what to do. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ConnectFailureIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private DflockdClient clientOf(String address, Duration acquireTimeout) {
        servers.start();
        return servers.client(settings -> settings.servers(address).acquireTimeout(acquireTimeout));
    }

    @Test
    void unknownHostIsNamed() {
        DflockdClient client = clientOf(TestServers.UNKNOWN_HOST + ":6388", Duration.ofMillis(1500));
        assertThatExceptionOfType(UnknownServerHostException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining(TestServers.UNKNOWN_HOST)
                .withMessageContaining("check its spelling");
        // An acquire waits, as for any server that cannot be reached: the name service may know it in a moment.
        assertThatExceptionOfType(UnknownServerHostException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining(TestServers.UNKNOWN_HOST)
                .withMessageContaining("check its spelling");
        assertThatExceptionOfType(UnknownServerHostException.class).isThrownBy(client::connect);
    }

    @Test
    void refusedPortIsNamed() throws Exception {
        // Bound and not listening: nobody else can take it, and connecting is refused.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String address = "127.0.0.1:" + taken.getLocalPort();
            DflockdClient client = clientOf(address, Duration.ofMillis(500));
            assertThatExceptionOfType(ServerUnreachableException.class)
                    .isThrownBy(client::connect)
                    .withMessageContaining(address)
                    .withMessageContaining("is dflockd running there");
            assertThatExceptionOfType(ServerUnreachableException.class)
                    .isThrownBy(() -> client.lock("k").acquire())
                    .withMessageContaining(address);
        }
    }

    /** The second fails by the pause after the first, with what that met. */
    @Test
    void callersThatFailTogetherHaveExceptionsOfTheirOwn() {
        DflockdClient client = clientOf("127.0.0.1:1", Duration.ofMillis(10));
        List<Throwable> thrown = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            thrown.add(catchThrowable(() -> client.lock("k").tryAcquire()));
            client.lock("k")
                    .tryAcquireAsync()
                    .handle((granted, failure) -> thrown.add(failure))
                    .join();
        }
        assertThat(thrown).hasSize(4).allMatch(failure -> failure instanceof ServerUnreachableException);
        Set<Throwable> different = Collections.newSetFromMap(new IdentityHashMap<>());
        different.addAll(thrown);
        assertThat(different).hasSize(4);
        assertThat(thrown)
                .extracting(Throwable::getMessage)
                .containsOnly(thrown.get(0).getMessage());
    }

    @Test
    void serverThatNeverAnswersIsGivenUpAfterTheConnectTimeout() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            servers.start();
            DflockdClient client = servers.client(settings -> settings.servers("127.0.0.1:" + deaf.getLocalPort())
                    .authToken("t")
                    .connectTimeout(Duration.ofSeconds(2)));
            assertThatExceptionOfType(ServerUnreachableException.class)
                    .isThrownBy(client::connect)
                    .withMessageContaining("2000 ms")
                    .withMessageContaining("auth");
        }
    }

    @Test
    void wrongTokenIsAnAuthenticationError() {
        servers.start(settings -> settings.authToken("right-one"));
        DflockdClient client = servers.client(settings -> settings.authToken("wrong-one"));
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("refused the auth token")
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("wrong-one"));
        assertThatExceptionOfType(DflockdAuthenticationException.class).isThrownBy(client::connect);
    }

    @Test
    void supplierThatFailsIsNamed() {
        servers.start();
        DflockdClient client = servers.client(settings -> settings.authToken(() -> {
                    throw sneaky(new IOException("the vault is shut"));
                })
                .acquireTimeout(Duration.ofSeconds(20)));
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(client::connect)
                .withMessageContaining("could not be prepared")
                .withMessageContaining("the vault is shut");
    }

    @Test
    void tokenForAServerThatWantsNoneIsAnAuthenticationError() {
        servers.start();
        DflockdClient client = servers.client(settings -> settings.authToken("some-token"));
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("takes no auth token");
    }

    @Test
    void noTokenForAServerThatWantsOneIsAnAuthenticationError() {
        servers.start(settings -> settings.authToken("right-one"));
        DflockdClient client = servers.client();
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("sent none");
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .as("at an early connect")
                .isThrownBy(client::connect)
                .withMessageContaining("sent none");
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .as("in two phases")
                .isThrownBy(() -> client.lock("k").enqueue());
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .as("of stats")
                .isThrownBy(client::stats);
    }

    @Test
    void rightTokenIsSentFirstOnEachConnection() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("right-one"));
        DflockdClient client = servers.client(settings -> settings.authToken("right-one"));
        LockHandle held = client.lock("k").acquire();
        CompletableFuture<LockHandle> waiting = client.lock("k").acquireAsync();
        server.await(view -> view.waiters("k").size() == 1, SOON);
        client.stats();
        assertThat(server.view().connections()).hasSize(3).allSatisfy(connection -> {
            assertThat(connection.authenticated()).isTrue();
            assertThat(connection.requests().get(0).command()).isEqualTo("auth");
        });
        held.close();
        waiting.get(20, TimeUnit.SECONDS).close();
    }

    @Test
    void tokenIsAskedAnewForEachConnectionSoThatItCanBeRotated() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("second"));
        AtomicReference<String> token = new AtomicReference<>("first");
        AtomicInteger asked = new AtomicInteger();
        List<String> threads = new CopyOnWriteArrayList<>();
        DflockdClient client = servers.client(settings -> settings.authToken(() -> {
            asked.incrementAndGet();
            threads.add(Thread.currentThread().getName());
            return token.get();
        }));
        assertThatExceptionOfType(DflockdAuthenticationException.class)
                .isThrownBy(() -> client.lock("k").acquire());
        token.set("second");
        client.lock("k").acquire().close();
        server.await(view -> view.connections().size() == 1, SOON);
        assertThat(asked.get()).isEqualTo(2);
        assertThat(threads).noneMatch(name -> name.startsWith("dflockd-loop"));
    }

    @Test
    void supplierOfTokensThatThrowsFailsTheRequestAndNothingElse() throws Exception {
        servers.start(settings -> settings.authToken("right"));
        AtomicInteger calls = new AtomicInteger();
        DflockdClient client = servers.client(settings -> settings.authToken(() -> {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("vault sealed");
            }
            return "right";
        }));
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("vault sealed");
        client.lock("k").acquire().close();
    }

    @Test
    void supplierOfTokensThatBlocksIsGivenUpAfterTheConnectTimeout() {
        servers.start(settings -> settings.authToken("right"));
        DflockdClient client = servers.client(settings -> settings.connectTimeout(Duration.ofMillis(300))
                .authToken(() -> {
                    try {
                        Thread.sleep(3000);
                    } catch (InterruptedException ex) {
                        Thread.currentThread().interrupt();
                    }
                    return "right";
                }));
        assertThatExceptionOfType(ServerUnreachableException.class).isThrownBy(client::connect);
    }

    @Test
    void serverThatClosesAtOnceIsAConnectionErrorWithTheLikelyCauses() {
        TestServer server = servers.start();
        server.faults().closeAfterAccept(1_000_000);
        DflockdClient client = servers.client(settings -> settings.acquireTimeout(Duration.ofMillis(400)));
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(client::connect)
                .withMessageContaining("--max-connections")
                .withMessageContaining("TLS");
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(() -> client.lock("k").acquire());
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire());
    }

    @Test
    void fullServerIsAConnectionErrorUntilThereIsRoom() throws Exception {
        TestServer server = servers.start(settings -> settings.maxConnections(1));
        DflockdClient first = servers.client(server);
        first.connect();
        DflockdClient second = servers.client(server);
        assertThatExceptionOfType(ConnectionClosedException.class)
                .isThrownBy(() -> second.lock("k").tryAcquire())
                .withMessageContaining("--max-connections");
        first.close();
        server.await(view -> view.connections().isEmpty(), SOON);
        second.lock("k").acquire().close();
    }

    @Test
    void somethingElseThatListensThereIsAProtocolOrConnectionError() throws Exception {
        TestServer server = servers.start();
        server.faults().inject(Fault.answerAndClose("HTTP/1.1 400 Bad Request"), FaultTarget.any());
        DflockdClient client = servers.client(settings -> settings.acquireTimeout(Duration.ofMillis(300)));
        assertThatExceptionOfType(DflockdProtocolException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("HTTP/1.1 400 Bad Request")
                .withMessageContaining("is it a dflockd server");
    }
}
