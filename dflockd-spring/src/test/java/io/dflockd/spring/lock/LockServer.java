package io.dflockd.spring.lock;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server for each test, a client of it, and the promise that the test leaves nothing behind on it. */
public final class LockServer implements BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private EmbeddedDflockdServer server;

    private DflockdClient client;

    private DflockdClient other;

    @Override
    public void beforeEach(ExtensionContext context) {
        try {
            server = EmbeddedDflockdServer.builder().start();
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
        client = newClient();
        other = newClient();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            if (context.getExecutionException().isEmpty()) {
                awaitFree();
            }
        } finally {
            client.close();
            other.close();
            server.close();
        }
    }

    public EmbeddedDflockdServer server() {
        return server;
    }

    public DflockdClient client() {
        return client;
    }

    /** A second client: another process, as far as the server can tell. */
    public DflockdClient other() {
        return other;
    }

    public DflockdClient newClient() {
        return DflockdClient.builder().servers(server.address()).build();
    }

    /** A client that holds everything at least and at most so long; its close keeps nothing. */
    public DflockdClient newClient(Duration atLeast, Duration atMost) {
        return DflockdClient.builder()
                .servers(server.address())
                .holdAtLeast(atLeast)
                .holdAtMost(atMost)
                .holdAtLeastOnClose(Duration.ZERO)
                .build();
    }

    public boolean isHeld(String key) {
        return !server.view().holders(key).isEmpty();
    }

    public void awaitHeld(String key) {
        server.await(view -> !view.holders(key).isEmpty(), PATIENCE);
    }

    public void awaitWaiting(String key, int waiters) {
        server.await(view -> view.waiters(key).size() == waiters, PATIENCE);
    }

    public void awaitFree() {
        server.await(view -> view.holders().isEmpty() && view.waiters().isEmpty(), PATIENCE);
    }

    /** Ends the connection that holds a key: its holder loses the lock, with the reason CONNECTION_LOST. */
    public void loseHolderOf(String key) {
        server.faults().cut(server.view().holders(key).get(0).connectionId());
        server.await(view -> view.holders(key).isEmpty(), PATIENCE);
    }
}
