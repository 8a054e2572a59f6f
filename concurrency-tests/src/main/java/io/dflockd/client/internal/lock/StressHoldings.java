package io.dflockd.client.internal.lock;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.StressLoops;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.StressConnections;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Target;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Holdings for stress tests. */
final class StressHoldings {

    private static final ServerAddress SERVER = new ServerAddress("127.0.0.1", 6388);

    private static final ClientLoop LOOP = StressLoops.inline();

    private static final ClientSettings SETTINGS = new ClientSettings();

    private static final LockRegister REGISTER = new LockRegister(LOOP, SETTINGS);

    private static final ServerLocks LOCKS = new ServerLocks(
            REGISTER,
            new ServerConnections(SERVER, (server, owner, result) -> () -> {}, LOOP, 1, 0),
            (server, key, found) -> {});

    private static final OwnedLocks OWNER = OwnedLocks.onSession(REGISTER, StressConnections.closed(SERVER, LOOP));

    private static final LockSpec SPEC = LockSpec.defaults(SETTINGS).withTarget(Target.lock("k"));

    private static final Reply.Grant GRANT = new Reply.Grant("0123456789abcdef0123456789abcdef", 30, null);

    private static final VarHandle REGISTERED;

    static {
        try {
            REGISTERED = MethodHandles.privateLookupIn(Holding.class, MethodHandles.lookup())
                    .findVarHandle(Holding.class, "registered", boolean.class);
        } catch (ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }

    private StressHoldings() {}

    /** A holding that is held, on a connection that has ended. It counts as registered without being in any list. */
    static Holding held() {
        long now = LOOP.now();
        Holding holding = new Holding(LOCKS, OWNER, SPEC, GRANT, now);
        holding.confirmed(now, GRANT.leaseSeconds(), GRANT.leaseSeconds());
        REGISTERED.set(holding, true);
        return holding;
    }
}
