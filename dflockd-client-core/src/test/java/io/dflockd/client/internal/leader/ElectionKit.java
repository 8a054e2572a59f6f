package io.dflockd.client.internal.leader;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.LeaderElection;
import io.dflockd.client.LeaderElectionBuilder;
import io.dflockd.client.internal.lock.Locks;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import io.dflockd.client.internal.settings.ClientSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The elections of a client on a clock of the test's; the test is the only server. Callbacks of elections wait until the test runs
 * them: until then they are callbacks that block.
 */
final class ElectionKit {

    final TestLoop loop = new TestLoop();

    final TestDialer dialer = new TestDialer(loop);

    final ServerConnections connections;

    final Locks locks;

    final Elections elections = new Elections(new Host());

    /** What the callbacks of the role {@code r} were told, in order. */
    final List<String> told = new CopyOnWriteArrayList<>();

    private final Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();

    private boolean closed;

    ElectionKit() {
        this(settings -> settings);
    }

    ElectionKit(UnaryOperator<ClientSettings> change) {
        ClientSettings settings = change.apply(new ClientSettings());
        settings.servers = List.of(ServerEnd.ADDRESS);
        connections = new ServerConnections(
                ServerEnd.ADDRESS,
                dialer,
                loop.loop(),
                settings.maxWaitConnections,
                settings.waitConnectionIdle.toNanos());
        locks = new Locks(loop.loop(), settings, List.of(connections), (at, key, found) -> found.accept(null));
    }

    /** The settings of an election for {@code r} whose callbacks are noted. */
    LeaderElectionBuilder candidacy() {
        return elections
                .of("r")
                .onGranted(leadership -> told.add("granted " + leadership.term().orElse(-1)))
                .onRevoked((leadership, reason) ->
                        told.add("revoked " + leadership.term().orElse(-1) + " " + reason));
    }

    LeaderElection start() {
        return candidacy().start();
    }

    /** Opens the session connection. */
    ServerEnd session() {
        return dialer.open(locks.session(ServerEnd.ADDRESS));
    }

    /** The callbacks that wait are called and return, and so are those that follow. */
    void runCallbacks() {
        loop.settle();
        Runnable callback;
        while ((callback = callbacks.poll()) != null) {
            callback.run();
            loop.settle();
        }
    }

    /** The callback that waits is called, and told so many others. */
    List<String> toldAfterCallbacks() {
        runCallbacks();
        List<String> copy = new ArrayList<>(told);
        told.clear();
        return copy;
    }

    /** The client refuses requests from now on. */
    void close() {
        closed = true;
        loop.close();
    }

    private final class Host implements ElectionHost {

        @Override
        public DistributedLock lock(String key) {
            return locks.lastingLock(key);
        }

        @Override
        public void requireOpen() {
            if (closed) {
                throw ClientLoop.closedException();
            }
        }

        @Override
        public void requireOtherThread() {
            // The thread of the test is that of the loop, and waits for nothing there.
        }

        @Override
        public void callBack(Runnable task) {
            callbacks.add(task);
        }

        @Override
        public @Nullable Runnable schedule(Runnable task, long delayNanos) {
            Timer timer = new Timer(task);
            return loop.loop().start(timer, delayNanos) ? () -> loop.loop().stop(timer) : null;
        }
    }
}
