package io.dflockd.embedded;

import java.io.IOException;
import java.net.InetSocketAddress;
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
 * <p>Each server runs on one daemon thread, whose name starts with {@code dflockd-embedded}; there may be several
 * servers. Thread-safe; methods that change the server's life exclude each other.
 */
public final class EmbeddedDflockdServer implements AutoCloseable {

    private final Settings settings;
    private final Faults faults = new Faults(this);
    private final Object life = new Object();
    private @Nullable InetSocketAddress bound;
    private volatile @Nullable ServerCore core;

    EmbeddedDflockdServer(Settings settings) {
        this.settings = settings;
    }

    /** Returns a builder with the real server's defaults and an ephemeral port. */
    public static EmbeddedDflockdServerBuilder builder() {
        return new EmbeddedDflockdServerBuilder();
    }

    /**
     * Starts listening, on the port of the last run if there was one; does nothing while running. Nothing is remembered
     * from an earlier run: fences and connection ids start at 1.
     *
     * @return this
     * @throws IOException if the port cannot be listened on
     */
    public EmbeddedDflockdServer start() throws IOException {
        synchronized (life) {
            if (core == null) {
                ServerCore started = new ServerCore(settings);
                bound = started.start(bound == null ? settings.port() : bound.getPort());
                core = started;
            }
            return this;
        }
    }

    /** Closes all connections and the port at once, and forgets everything; does nothing while stopped. */
    public void stop() {
        end(false);
    }

    /** As {@link #stop()}, but resets the connections (RST), as if the machine had gone. */
    public void kill() {
        end(true);
    }

    /**
     * Stops and starts again on the same port.
     *
     * @throws IOException if the port cannot be listened on any more
     */
    public void restart() throws IOException {
        synchronized (life) {
            stop();
            start();
        }
    }

    /**
     * Does what the real server does on SIGTERM: stops listening, ends what blocks (by {@code error} in G1, by closing
     * the connection in G2) and serves the connections that are left until they end, fall silent for the read timeout,
     * or the shutdown timeout is over.
     *
     * @return completes when that is so; {@link #stop()} then still has to be called. Already completed if stopped.
     */
    public CompletableFuture<@Nullable Void> shutdown() {
        ServerCore running = core;
        return running == null ? CompletableFuture.completedFuture(null) : running.drain();
    }

    /** The same as {@link #stop()}; leaves no thread and no open port. */
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

    /** Returns whether the server has been started and not been stopped. */
    public boolean isRunning() {
        return core != null;
    }

    /** Returns the host that was configured. */
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
            if (bound == null) {
                throw new IllegalStateException("never started");
            }
            return bound.getPort();
        }
    }

    /**
     * Returns "host:port", with an IPv6 address in brackets.
     *
     * @throws IllegalStateException if the server has never been started
     */
    public String address() {
        return (host().indexOf(':') < 0 ? host() : "[" + host() + "]") + ":" + port();
    }

    /** Returns what makes this server misbehave. */
    public Faults faults() {
        return faults;
    }

    /** Returns what the server knows now; nothing while stopped. */
    public ServerView view() {
        ServerCore running = core;
        try {
            return running == null ? ServerView.EMPTY : running.view();
        } catch (RejectedExecutionException e) {
            return ServerView.EMPTY;
        }
    }

    /**
     * Waits until nobody holds anything and nobody waits.
     *
     * @throws AssertionError if that is not so within the time; the message tells who holds what
     */
    public void awaitQuiet(Duration atMost) {
        await(ServerView::isQuiet, atMost);
    }

    /**
     * Waits until a view satisfies a condition, which is tested on the calling thread every few milliseconds.
     *
     * @throws AssertionError if none does within the time; the message contains the last view
     */
    public void await(Predicate<ServerView> condition, Duration atMost) {
        Waiting.until(() -> condition.test(view()), atMost, () -> "the server shows\n" + view().dump());
    }

    /**
     * Lets leases and idle times age by so much at once, then looks for what has expired.
     *
     * @throws IllegalStateException if the server is not running
     */
    public void advanceLeaseClock(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time does not go backwards: " + time);
        }
        core().advanceLeaseClock(time);
    }

    ServerCore core() {
        ServerCore running = core;
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        return running;
    }

    @Override
    public String toString() {
        synchronized (life) {
            return "EmbeddedDflockdServer[" + (bound == null ? "never started" : address()) + ", "
                    + settings.generation() + (isRunning() ? "]" : ", stopped]");
        }
    }
}
