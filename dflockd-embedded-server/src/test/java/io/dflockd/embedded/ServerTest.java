package io.dflockd.embedded;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Closes the servers and connections of a test. */
@Timeout(60)
abstract class ServerTest {

    static final Duration SOON = Duration.ofSeconds(10);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    EmbeddedDflockdServer start() throws IOException {
        return start(EmbeddedDflockdServer.builder());
    }

    EmbeddedDflockdServer start(EmbeddedDflockdServerBuilder builder) throws IOException {
        EmbeddedDflockdServer server = builder.start();
        opened.push(server);
        return server;
    }

    /** Opens a connection and waits until the server has counted it. */
    Wire connect(EmbeddedDflockdServer server) throws IOException {
        Wire wire = Wire.to(server);
        opened.push(wire);
        String local = "127.0.0.1:" + wire.socket().getLocalPort();
        server.await(
                v -> v.connections().stream().anyMatch(c -> c.remoteAddress().equals(local)), SOON);
        return wire;
    }

    /** The server's number for a connection. */
    static long idOf(EmbeddedDflockdServer server, Wire wire) {
        String local = "127.0.0.1:" + wire.socket().getLocalPort();
        return server.view().connections().stream()
                .filter(c -> c.remoteAddress().equals(local))
                .findFirst()
                .orElseThrow()
                .id();
    }

    static EmbeddedDflockdServerBuilder virtualTime(Generation generation) {
        return EmbeddedDflockdServer.builder().generation(generation).virtualLeaseTime(true);
    }

    static void awaitWaiters(EmbeddedDflockdServer server, String key, int count) {
        server.await(v -> v.waiters(key).size() == count, SOON);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
