package io.dflockd.embedded;

import io.dflockd.embedded.server.ServerCore;
import io.dflockd.embedded.server.ServerSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A dflockd server in this JVM, for development and tests: real sockets, the real protocol, state in memory.
 *
 * <pre>{@code
 * try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
 *     connectTo(server.address());
 *     ...
 *     server.awaitQuiet(Duration.ofSeconds(1));
 * }
 * }</pre>
 *
 * <p>Each server runs on one daemon thread, whose name starts with {@code dflockd-embedded}. There may be several
 * servers. Thread-safe: methods that start and stop the server exclude each other.
 */
public final class EmbeddedDflockdServer implements AutoCloseable {

    private final ServerSettings settings;
    private final Faults faults = new Faults(this);
    private final Object life = new Object();
    /** 0 before the first start. */
    private int port;

    private volatile @Nullable ServerCore core;

    EmbeddedDflockdServer(ServerSettings settings) {
        this.settings = settings;
    }

    /** Returns a builder with the real server's defaults and an ephemeral port. */
    public static EmbeddedDflockdServerBuilder builder() {
        return new EmbeddedDflockdServerBuilder();
    }

    /**
     * Starts listening, on the port of the last run if there was one. Does nothing while running. Nothing of an earlier
     * run is kept: connection ids start at 1, and so do fences, except in G3, where they begin at the time of the start
     * in nanoseconds or, with a fence state file, above all earlier ones if that is higher.
     *
     * @return this
     * @throws IOException if the server cannot listen on the host and port or cannot use the fence state file; the
     *     message contains the reason
     */
    public EmbeddedDflockdServer start() throws IOException {
        synchronized (life) {
            if (core == null) {
                ServerCore started = new ServerCore(settings);
                port = started.start(port == 0 ? settings.port() : port);
                core = started;
            }
            return this;
        }
    }

    /** Closes all connections and the port at once, and forgets everything. Does nothing while stopped. */
    public void stop() {
        end(false);
    }

    /** As {@link #stop()}, but resets the connections (RST), as after a crash. */
    public void kill() {
        end(true);
    }

    /**
     * Stops and starts again on the same port.
     *
     * @throws IOException if the server cannot listen on the port any more
     */
    public void restart() throws IOException {
        synchronized (life) {
            stop();
            start();
        }
    }

    /**
     * Shuts down as the real server does on SIGTERM: stops listening, ends requests that block (with {@code error} in G1
     * and G3, by closing the connection in G2), and lets the other connections be until they end, are silent for the read
     * timeout, or the shutdown timeout is over. In G1 and G2 they are still served; in G3 the next request of a connection
     * is answered {@code error_draining}, and the connection is closed.
     *
     * @return completes after that; {@link #stop()} must still be called. Already completed if the server is stopped.
     */
    public CompletableFuture<@Nullable Void> shutdown() {
        ServerCore running = core;
        return running == null ? CompletableFuture.completedFuture(null) : running.drain();
    }

    /** The same as {@link #stop()}. Leaves no thread and no open port. */
    @Override
    public void close() {
        stop();
    }

    private void end(boolean reset) {
        synchronized (life) {
            ServerCore running = core;
            core = null;
            if (running != null) {
                running.stop(reset);
            }
        }
    }

    /** Returns whether the server has been started and not stopped. */
    public boolean isRunning() {
        return core != null;
    }

    /** Returns the configured host, an IPv6 address without brackets. */
    public String host() {
        return settings.host();
    }

    /**
     * Returns the port, also while stopped.
     *
     * @throws IllegalStateException if the server has never been started
     */
    public int port() {
        synchronized (life) {
            if (port == 0) {
                throw new IllegalStateException("the server has never been started: call start() first");
            }
            return port;
        }
    }

    /**
     * Returns "host:port", with an IPv6 address in brackets.
     *
     * @throws IllegalStateException if the server has never been started
     */
    public String address() {
        return settings.address(port());
    }

    /** Returns the faults of this server. */
    public Faults faults() {
        return faults;
    }

    /** Returns the state of the server, which is empty while stopped. */
    public ServerView view() {
        ServerCore running = core;
        try {
            return running == null ? ServerView.EMPTY : running.call(() -> ViewBuilder.build(running));
        } catch (RejectedExecutionException e) {
            return ServerView.EMPTY;
        }
    }

    /**
     * Waits until there are no holders and no waiters.
     *
     * @throws AssertionError if there still are some after the time; the message lists them
     */
    public void awaitQuiet(Duration atMost) {
        await(ServerView::isQuiet, atMost);
    }

    /**
     * Waits until the view satisfies a condition, which is tested on the calling thread every few milliseconds.
     *
     * @throws AssertionError if it does not within the time; the message contains the last view
     */
    public void await(Predicate<ServerView> condition, Duration atMost) {
        Waiting.until(() -> condition.test(view()), atMost, () -> "the server shows\n" + view().dump());
    }

    /**
     * Moves the clock of leases and idle times forward, then removes expired leases and keys.
     *
     * @throws IllegalStateException if the server is not running
     */
    public void advanceLeaseClock(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time must not be negative: " + time);
        }
        ServerCore running = core();
        running.run(() -> running.table().advanceClock(time));
    }

    ServerCore core() {
        ServerCore running = core;
        if (running == null) {
            throw new IllegalStateException("the server is not running: call start() first");
        }
        return running;
    }

    @Override
    public String toString() {
        synchronized (life) {
            return "EmbeddedDflockdServer[" + (port == 0 ? "never started" : address()) + ", " + settings.dialect()
                    + (isRunning() ? "]" : ", stopped]");
        }
    }
}
