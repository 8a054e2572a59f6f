package io.dflockd.client.internal.lock;

import io.dflockd.client.DistributedLock;
import io.dflockd.client.DistributedSemaphore;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.reentrant.ThreadOwners;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Target;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The locks and semaphores of one client. */
public final class Locks {

    private final ClientSettings settings;
    private final LockRegister register;
    private final Map<ServerAddress, ServerLocks> servers = new HashMap<>();
    private final LockSpec defaults;
    private final ThreadOwners owners = new ThreadOwners();

    /** Finds the limit that a server's stats show for a key. */
    public interface LimitLookup {

        /** Calls back, on any thread, with the limit or with null if it is not known. */
        void find(ServerAddress server, String key, Consumer<@Nullable Integer> found);
    }

    /** Locks on these servers; nothing is connected yet. */
    public Locks(ClientLoop loop, ClientSettings settings, List<ServerConnections> servers, LimitLookup limits) {
        this.settings = settings;
        this.register = new LockRegister(loop, settings);
        this.defaults = LockSpec.defaults(settings);
        for (ServerConnections server : servers) {
            this.servers.put(server.server(), new ServerLocks(register, server, limits));
        }
    }

    public DistributedLock lock(String key) {
        return new ClientLock(this, defaults.withTarget(Target.lock(key)));
    }

    /** A lock that is renewed and has no limits of its hold, whatever the defaults are. */
    public DistributedLock lastingLock(String key) {
        return new ClientLock(this, defaults.withTarget(Target.lock(key)).lasting());
    }

    public DistributedSemaphore semaphore(String key, int limit) {
        return new ClientSemaphore(this, defaults.withTarget(Target.semaphore(key, limit)));
    }

    ThreadOwners owners() {
        return owners;
    }

    /** What is under way, for snapshots and for the close. */
    public LockRegister register() {
        return register;
    }

    ServerLocks serverOf(String key) {
        return server(settings.serverFor(key));
    }

    private ServerLocks server(ServerAddress address) {
        return Objects.requireNonNull(servers.get(address));
    }

    /** The connection of one of the client's servers that carries what does not block. */
    public SharedConnection session(ServerAddress address) {
        return server(address).session();
    }
}
