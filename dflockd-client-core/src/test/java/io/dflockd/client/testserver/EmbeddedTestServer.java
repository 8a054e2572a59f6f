package io.dflockd.client.testserver;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.InjectedFault;
import io.dflockd.embedded.ServerView;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** A server in this JVM. */
final class EmbeddedTestServer implements TestServer, TestFaults {

    private final EmbeddedDflockdServer server;

    EmbeddedTestServer(TestServerSettings settings) {
        this.server = settings.builder().build();
    }

    @Override
    public void start() throws IOException {
        server.start();
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void kill() {
        server.kill();
    }

    @Override
    public CompletableFuture<?> shutdown() {
        return server.shutdown();
    }

    @Override
    public boolean isRunning() {
        return server.isRunning();
    }

    @Override
    public String address() {
        return server.address();
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public ServerView view() {
        return server.view();
    }

    @Override
    public TestFaults faults() {
        return this;
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public TestFault inject(Fault fault, FaultTarget target) {
        return new Injected(server.faults().inject(fault, target));
    }

    @Override
    public TestFault closeAfterAccept(int connections) {
        return new Injected(server.faults().closeAfterAccept(connections));
    }

    @Override
    public TestFault refuseConnections() {
        return new Injected(server.faults().refuseConnections());
    }

    @Override
    public TestFault stall() {
        return new Injected(server.faults().stall());
    }

    @Override
    public TestFault stall(long connectionId) {
        return new Injected(server.faults().stall(connectionId));
    }

    @Override
    public void cut(long connectionId) {
        server.faults().cut(connectionId);
    }

    @Override
    public void reset(long connectionId) {
        server.faults().reset(connectionId);
    }

    @Override
    public void say(long connectionId, String line) {
        server.faults().say(connectionId, line);
    }

    @Override
    public int expireNow(String key) {
        return server.faults().expireNow(key);
    }

    @Override
    public void clear() {
        server.faults().clear();
    }

    private record Injected(InjectedFault fault) implements TestFault {

        @Override
        public long hits() {
            return fault.hits();
        }

        @Override
        public void remove() {
            fault.remove();
        }
    }
}
