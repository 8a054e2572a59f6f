package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestPorts;
import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.TestServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Servers, clients and relays of one test, closed after it.
 *
 * <p>Servers are in this JVM, of the generation of {@code -Ddflockd.test.generation}, or processes that
 * {@code -Ddflockd.test.server-command} starts. With {@code -Ddflockd.test.servers=host:port[,host:port]}, {@link #address()}
 * is one that runs already; tests that ask for {@link #start} need faults, views or flags, and are then skipped, visibly.
 * After each test nothing may be left: no holder, no waiter, and no connection.
 */
final class TestServers implements AfterEachCallback {

    /** Longer than anything that is awaited takes, also on a busy machine. */
    static final Duration SOON = Duration.ofSeconds(30);

    /** Too long for a name, so that no name server is asked. */
    static final String UNKNOWN_HOST = "a".repeat(64) + ".invalid";

    private static final String EXTERNAL = TestServer.RUNNING;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final List<TestServer> servers = new ArrayList<>();

    private final List<DflockdClient> clients = new CopyOnWriteArrayList<>();

    private final List<Relay> relays = new ArrayList<>();

    private final List<ScriptedServer> scripted = new ArrayList<>();

    private final List<String> keys = new CopyOnWriteArrayList<>();

    private boolean tracesMayRemain;

    static boolean areExternal() {
        return !EXTERNAL.isBlank();
    }

    static boolean soak() {
        return Boolean.getBoolean("dflockd.test.soak");
    }

    /** Awaits that its server has it. */
    static SignalSubscription ready(SignalSubscription subscription) throws Exception {
        subscription.ready().get(10, TimeUnit.SECONDS);
        return subscription;
    }

    /** A server of its own with these settings; skips the test where servers are external. */
    TestServer start(UnaryOperator<TestServerSettings> settings) {
        Assumptions.assumeFalse(areExternal(), "needs a server that the test may start and stop");
        return started(settings);
    }

    /** A server of its own; skips the test where servers are external. */
    TestServer start() {
        return start(settings -> settings);
    }

    private TestServer started(UnaryOperator<TestServerSettings> settings) {
        IOException failure = new IOException("no port was tried");
        // A command that does not work does not work with another port either.
        for (int i = 0; i < (TestServer.areProcesses() ? 3 : 200); i++) {
            try {
                TestServer server = TestServer.create(settings.apply(new TestServerSettings().port(TestPorts.next())));
                server.start();
                servers.add(server);
                return server;
            } catch (IOException ex) {
                failure = ex;
            }
        }
        throw new UncheckedIOException(failure);
    }

    /** The servers that any test may use. */
    List<String> addresses(int count) {
        if (areExternal()) {
            List<String> given = Arrays.asList(EXTERNAL.split(","));
            if (given.size() < count) {
                throw new TestAbortedException("needs " + count + " servers, " + EXTERNAL + " are given");
            }
            return given.subList(0, count);
        }
        while (servers.size() < count) {
            started(settings -> settings);
        }
        return servers.stream().limit(count).map(TestServer::address).toList();
    }

    /** A server that any test may use. */
    String address() {
        return addresses(1).get(0);
    }

    /** A client of {@link #address()}. */
    DflockdClient client() {
        return client(settings -> settings);
    }

    /** A client of {@link #address()} unless the settings name other servers. */
    DflockdClient client(UnaryOperator<DflockdClientBuilder> settings) {
        DflockdClientBuilder builder = DflockdClient.builder();
        boolean ownServer = servers.isEmpty() && relays.isEmpty() && scripted.isEmpty();
        if (ownServer || areExternal()) {
            builder.servers(address());
        } else if (!servers.isEmpty()) {
            builder.servers(servers.get(0).address());
        }
        DflockdClient client = settings.apply(builder).build();
        clients.add(client);
        return client;
    }

    /** A client of this server. */
    DflockdClient client(TestServer server) {
        return client(settings -> settings.servers(server.address()));
    }

    /** A client of this relay. */
    DflockdClient client(Relay relay) {
        return client(settings -> settings.servers(relay.address()));
    }

    /** A client of this server. */
    DflockdClient client(ScriptedServer server) {
        return client(settings -> settings.servers(server.address()));
    }

    /** A server without locks that answers as the script says; skips the test where servers are external. */
    ScriptedServer scripted(ScriptedServer.Script script) {
        Assumptions.assumeFalse(areExternal(), "needs a server that misbehaves");
        ScriptedServer server = ScriptedServer.start(script);
        scripted.add(server);
        return server;
    }

    /** A relay to this server. */
    Relay relay(TestServer server) {
        return relay(server.address());
    }

    /** A relay to this address. */
    Relay relay(String address) {
        Relay relay = Relay.to(address);
        relays.add(relay);
        return relay;
    }

    /** A key that nobody else uses. */
    String key() {
        String key = "test-" + UUID.randomUUID().toString().substring(0, 8).toLowerCase(Locale.ROOT) + "-"
                + NUMBER.incrementAndGet();
        keys.add(key);
        return key;
    }

    /** For tests that leave something at the server on purpose, such as the ghost of a connection that was cut. */
    void mayLeaveTraces() {
        tracesMayRemain = true;
    }

    /** Acquires what another client has when it asks, and so on a wait connection. */
    LockHandle acquireByWaiting(TestServer server, DistributedLock lock) throws Exception {
        DflockdClient other = client(server);
        LockHandle before = other.lock(lock.key()).acquire();
        CompletableFuture<LockHandle> waiting = lock.acquireAsync();
        ServerState.awaitWaiters(other, lock.key(), 1);
        before.close();
        return waiting.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        AssertionError slow = null;
        for (DflockdClient client : clients) {
            long before = System.nanoTime();
            client.close();
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            if (took.compareTo(Duration.ofSeconds(12)) > 0) {
                slow = new AssertionError("close took " + took);
            }
        }
        relays.forEach(Relay::close);
        scripted.forEach(ScriptedServer::close);
        try {
            if (slow != null) {
                throw slow;
            }
            if (context.getExecutionException().isEmpty() && !tracesMayRemain) {
                checkTraces();
            }
        } finally {
            servers.forEach(TestServer::close);
        }
    }

    private void checkTraces() throws InterruptedException {
        for (TestServer server : servers) {
            if (server.isRunning()) {
                server.faults().clear();
                ServerState.awaitNothingLeft(server);
            }
        }
        if (areExternal() && !keys.isEmpty()) {
            try (DflockdClient monitor =
                    DflockdClient.builder().servers(EXTERNAL.split(",")).build()) {
                await().atMost(SOON)
                        .untilAsserted(() ->
                                assertThat(ServerState.keys(monitor.stats())).doesNotContainAnyElementsOf(keys));
            }
        }
    }
}
