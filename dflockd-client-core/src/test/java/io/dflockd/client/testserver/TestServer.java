package io.dflockd.client.testserver;

import io.dflockd.embedded.ServerView;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** A server of one test. Its methods mean the same whether it is in this JVM or a process. */
public interface TestServer extends AutoCloseable {

    /** Servers that run already, "host:port" separated by commas, or an empty text. */
    String RUNNING = System.getProperty("dflockd.test.servers", "");

    /** A server in this JVM, or a process with {@code -Ddflockd.test.server-command}; not started yet. */
    static TestServer create(TestServerSettings settings) {
        return ServerCommand.isGiven() ? new ProcessTestServer(settings) : new EmbeddedTestServer(settings);
    }

    static boolean areProcesses() {
        return ServerCommand.isGiven();
    }

    /** Whether the servers of this run have signals; one of them is asked once. */
    static boolean haveSignals() {
        return SignalsCondition.Answer.SIGNALS;
    }

    /** Starts with nothing known, on the port of the settings. */
    void start() throws IOException;

    /** Ends at once; all connections are closed. */
    void stop();

    /** As {@link #stop()}, but the connections are reset. */
    void kill();

    default void restart() throws IOException {
        stop();
        start();
    }

    /**
     * Does what SIGTERM does.
     *
     * @return completes when the server has let all connections go
     */
    CompletableFuture<?> shutdown();

    boolean isRunning();

    /** "host:port" for clients. */
    String address();

    int port();

    /** What the server and the connections to it show now; empty while it is stopped. */
    ServerView view();

    TestFaults faults();

    /** Waits until the view satisfies the condition. */
    default void await(Predicate<ServerView> condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.test(view())) {
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("not within " + atMost + ": " + view().dump());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Waits until there are no holders and no waiters. */
    default void awaitQuiet(Duration atMost) {
        await(ServerView::isQuiet, atMost);
    }

    @Override
    void close();
}
