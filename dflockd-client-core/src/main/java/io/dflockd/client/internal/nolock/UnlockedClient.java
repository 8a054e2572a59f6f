package io.dflockd.client.internal.nolock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.Signals;
import io.dflockd.client.internal.leader.ElectionHost;
import io.dflockd.client.internal.leader.Elections;
import io.dflockd.client.internal.lock.LockSpec;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.reentrant.ThreadOwners;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client behind {@link DflockdClient#withoutLocking()}. */
public final class UnlockedClient implements DflockdClient, ElectionHost {

    private static final LockSpec DEFAULTS = LockSpec.defaults(new ClientSettings());
    static final ServerAddress SERVER = new ServerAddress("without-locking", 1);

    final ThreadOwners owners = new ThreadOwners();
    private final Elections elections = new Elections(this);
    private final UnlockedSignals signals = new UnlockedSignals(this);
    /** Elections lead at once; their callbacks run on the JDK's threads for asynchronous tasks. */
    private final Executor callbacks = new CompletableFuture<Void>().defaultExecutor();

    private final UnlockedTimers timers = new UnlockedTimers();
    private final Set<UnlockedHandle> held = ConcurrentHashMap.newKeySet();
    private final AtomicLong fences = new AtomicLong();
    private volatile boolean closed;

    @Override
    public DistributedLock lock(String key) {
        return new UnlockedAcquirable.Lock(this, DEFAULTS.withTarget(Target.lock(key)));
    }

    @Override
    public DistributedSemaphore semaphore(String key, int limit) {
        return new UnlockedAcquirable.Semaphore(this, DEFAULTS.withTarget(Target.semaphore(key, limit)));
    }

    @Override
    public LeaderElectionBuilder leaderElection(String role) {
        return elections.of(role);
    }

    @Override
    public Signals signals() {
        return signals;
    }

    @Override
    public List<ServerAddress> servers() {
        return List.of(SERVER);
    }

    @Override
    public ServerAddress serverFor(String key) {
        FieldRules.key(key);
        return SERVER;
    }

    @Override
    public Map<ServerAddress, ServerStats> stats() throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return Map.of(SERVER, noStats());
    }

    @Override
    public CompletableFuture<ServerStats> statsAsync(ServerAddress server) {
        if (!SERVER.equals(server)) {
            throw new InvalidArgumentException("server " + server + " is not one of the client's servers " + servers());
        }
        return async(this::noStats);
    }

    @Override
    public void connect() throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        requireOpen();
    }

    @Override
    public ClientSnapshot snapshot() {
        return new ClientSnapshot(List.of(), List.of(), Map.of(), List.of());
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close(Duration drain) {
        Objects.requireNonNull(drain, "drain must not be null");
        close();
    }

    @Override
    public void close() {
        closed = true;
        try {
            elections.close();
        } finally {
            signals.close();
            held.forEach(UnlockedHandle::lose);
            timers.close();
        }
    }

    @Override
    public String toString() {
        return "DflockdClient[without locking]";
    }

    /** Each fence is greater than those before. */
    LockHandle grant(String key, Duration lease) {
        requireOpen();
        UnlockedHandle handle = new UnlockedHandle(this, key, fences.incrementAndGet(), lease);
        held.add(handle);
        if (closed) {
            held.remove(handle);
            throw ClientLoop.closedException();
        }
        return handle;
    }

    /** A handle is not held any more. */
    void ended(UnlockedHandle handle) {
        held.remove(handle);
    }

    @Override
    public void requireOpen() {
        if (closed) {
            throw ClientLoop.closedException();
        }
    }

    /** A method in its asynchronous form. An argument that is refused is thrown. */
    static <T> CompletableFuture<T> async(Supplier<T> method) {
        try {
            return CompletableFuture.completedFuture(method.get());
        } catch (DflockdException ex) {
            return CompletableFuture.failedFuture(ex);
        }
    }

    @Override
    public void requireOtherThread() {
        // There is no event loop.
    }

    @Override
    public void callBack(Runnable task) {
        callbacks.execute(task);
    }

    @Override
    public @Nullable Runnable schedule(Runnable task, long delayNanos) {
        return timers.schedule(task, delayNanos);
    }

    private ServerStats noStats() {
        requireOpen();
        return new ServerStats(0, List.of(), List.of(), List.of(), List.of(), List.of());
    }
}
