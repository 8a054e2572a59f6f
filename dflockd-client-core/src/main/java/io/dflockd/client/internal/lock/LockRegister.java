package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.loop.ListenerNotifier;
import io.dflockd.client.internal.loop.Timers;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all acquisitions and holdings of one client share, and the register of those that are under way, for snapshots and
 * for the close. The register is confined to the event loop.
 */
public final class LockRegister {

    private final EventLoop loop;

    private final Timers timers;

    private final Executor callbacks;

    private final Executor losses;

    private final ListenerNotifier events;

    private final Options options;

    private final Function<String, ServerLocks> servers;

    private final Set<Acquisition> acquisitions = new HashSet<>();

    private final Set<QueuePlace> places = new HashSet<>();

    private final Set<Holding> holdings = new HashSet<>();

    private final BooleanSupplier closed;

    private @Nullable CompletableFuture<Void> drained;

    /**
     * The settings that matter here.
     *
     * @param requestTimeout for requests that do not wait
     * @param connectTimeout for a connection to be ready
     * @param serverAutoRelease whether the server frees what an ended connection held
     * @param fenceFromToken whether tokens carry a fence
     * @param placeMaxLife how long a place is kept
     * @param drain how long a wait without a caller may go on in the background; a longer one is cut by closing its
     *     connection, which leaves a ghost in the server's queue
     */
    public record Options(
            Duration requestTimeout,
            Duration connectTimeout,
            boolean serverAutoRelease,
            boolean fenceFromToken,
            Duration placeMaxLife,
            Duration drain) {

        /** Whether a wait that nobody wants any more is left to run out. */
        boolean drains(long nanosLeft) {
            return nanosLeft <= drain.toNanos() || !serverAutoRelease;
        }
    }

    /** A runtime without anything under way, which begins nothing new once the client is closed. */
    public LockRegister(
            EventLoop loop,
            Timers timers,
            Executor callbacks,
            Executor losses,
            ListenerNotifier events,
            Options options,
            Function<String, ServerLocks> servers,
            BooleanSupplier closed) {
        this.loop = loop;
        this.timers = timers;
        this.callbacks = callbacks;
        this.losses = losses;
        this.events = events;
        this.options = options;
        this.servers = servers;
        this.closed = closed;
    }

    Timers timers() {
        return timers;
    }

    long now() {
        return timers.now();
    }

    Executor callbacks() {
        return callbacks;
    }

    /**
     * Runs code of a user's: on the callback executor or, where that refuses or fails, on the lane for losses. What an
     * executor of the user's throws must not reach the loop.
     */
    void callBack(Runnable task) {
        try {
            callbacks.execute(task);
        } catch (Throwable ex) {
            tellLoss(task);
        }
    }

    /** Runs code of a user's on the lane for losses or, where the client has ended, on a thread of its own. */
    void tellLoss(Runnable task) {
        try {
            losses.execute(task);
        } catch (RejectedExecutionException ex) {
            ClientThreads.afterClose("loss", task);
        }
    }

    ListenerNotifier events() {
        return events;
    }

    Options options() {
        return options;
    }

    ServerLocks serverOf(String key) {
        return servers.apply(key);
    }

    /** Refuses new work of a closed client. */
    void requireOpen() {
        if (closed.getAsBoolean()) {
            throw closedException();
        }
    }

    static ClientClosedException closedException() {
        return new ClientClosedException("the dflockd client is closed; make requests before closing it");
    }

    /** Runs something on the event loop, at once where this is it. */
    void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs something on the event loop; false if the loop has ended. */
    boolean later(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ex) {
            return false;
        }
    }

    void begun(Acquisition acquisition) {
        if (closed.getAsBoolean()) {
            acquisition.fail(closedException());
        } else {
            acquisitions.add(acquisition);
        }
    }

    void over(Acquisition acquisition) {
        acquisitions.remove(acquisition);
    }

    void begun(QueuePlace place) {
        if (closed.getAsBoolean()) {
            place.end(closedException());
        } else {
            places.add(place);
        }
    }

    void over(QueuePlace place) {
        places.remove(place);
    }

    void begun(Holding holding) {
        holdings.add(holding);
    }

    void over(Holding holding) {
        holdings.remove(holding);
        if (drained != null && holdings.isEmpty()) {
            drained.complete(null);
        }
    }

    /** Of a closed client: fails what waits; completes when nothing is held any more. On the event loop. */
    public CompletableFuture<Void> drain() {
        new ArrayList<>(acquisitions).forEach(acquisition -> acquisition.fail(closedException()));
        new ArrayList<>(places).forEach(place -> place.end(closedException()));
        drained = new CompletableFuture<>();
        if (holdings.isEmpty()) {
            drained.complete(null);
        }
        return drained;
    }

    /** Loses all that is still held; completes when the server has been told where it has to be. On the event loop. */
    public CompletableFuture<Void> loseAll() {
        new ArrayList<>(holdings).forEach(holding -> holding.lose(LossReason.CLIENT_CLOSED));
        if (drained == null || options.serverAutoRelease()) {
            return CompletableFuture.completedFuture(null);
        }
        return drained;
    }

    /** What is held and waited for. On the event loop. */
    public ClientSnapshot snapshot(java.util.Map<ServerAddress, Integer> connections) {
        long now = now();
        List<ClientSnapshot.Held> held = new ArrayList<>(holdings.size());
        for (Holding holding : holdings) {
            holding.describe(now).ifPresent(held::add);
        }
        List<ClientSnapshot.Waiting> waiting = new ArrayList<>(acquisitions.size());
        for (Acquisition acquisition : acquisitions) {
            waiting.add(acquisition.describe(now));
        }
        return new ClientSnapshot(held, waiting, connections);
    }
}
