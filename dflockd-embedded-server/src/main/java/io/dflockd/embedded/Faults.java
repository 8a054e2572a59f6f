package io.dflockd.embedded;

import java.util.List;

/**
 * Makes an {@link EmbeddedDflockdServer} misbehave. Thread-safe; every method has taken effect when it returns. Faults
 * end when they are {@linkplain InjectedFault#remove() removed}, when their target is used up, by {@link #clear()} and
 * by a restart of the server.
 *
 * <p>All methods throw {@link IllegalStateException} if the server is not running.
 */
public final class Faults {

    private final EmbeddedDflockdServer server;

    Faults(EmbeddedDflockdServer server) {
        this.server = server;
    }

    /** Lets a fault strike the requests that match. If several match, the one injected first strikes. */
    public InjectedFault inject(Fault fault, FaultTarget target) {
        ServerCore core = server.core();
        InjectedFault injected = new InjectedFault(core, fault + " on " + target, fault, target);
        core.run(() -> core.faults().add(injected));
        return injected;
    }

    /**
     * Closes the next connections right after they were accepted, without a byte and without a connection id.
     *
     * @param connections how many, at least 1
     */
    public InjectedFault closeAfterAccept(int connections) {
        ServerCore core = server.core();
        FaultTarget target = FaultTarget.next(connections);
        InjectedFault injected = new InjectedFault(core, "close after accept", Fault.cut(), target);
        core.run(() -> core.faults().closeAfterAccept(injected));
        return injected;
    }

    /**
     * Closes the listening socket, so that connecting is refused; open connections live on. Removing the fault listens
     * on the same port again.
     */
    public InjectedFault refuseConnections() {
        ServerCore core = server.core();
        InjectedFault injected = new InjectedFault(core, "refuse connections", Fault.cut(), FaultTarget.any());
        core.stopListening();
        core.run(() -> {
            injected.whenRemoved(core::listenAgain);
            core.faults().addInert(injected);
        });
        return injected;
    }

    /**
     * Stalls the whole server: it neither accepts nor reads nor writes, as if the network had gone, until the fault is
     * removed. Leases and read timeouts go on.
     */
    public InjectedFault stall() {
        ServerCore core = server.core();
        InjectedFault injected = new InjectedFault(core, "stall", Fault.stall(), FaultTarget.any());
        core.run(() -> {
            core.stallAll(injected);
            core.faults().addInert(injected);
        });
        return injected;
    }

    /** Stalls one open connection, see {@link #stall()}; does nothing if it is gone. */
    public InjectedFault stall(long connectionId) {
        ServerCore core = server.core();
        InjectedFault injected = new InjectedFault(
                core, "stall connection " + connectionId, Fault.stall(), FaultTarget.connection(connectionId));
        core.run(() -> {
            core.stall(connectionId, injected);
            core.faults().addInert(injected);
        });
        return injected;
    }

    /** Closes a connection (FIN) and frees what it holds; does nothing if it is gone. */
    public void cut(long connectionId) {
        ServerCore core = server.core();
        core.runTurn(() -> core.connection(connectionId).ifPresent(Connection::close));
    }

    /** Resets a connection (RST) and frees what it holds; does nothing if it is gone. */
    public void reset(long connectionId) {
        ServerCore core = server.core();
        core.runTurn(() -> core.connection(connectionId).ifPresent(Connection::reset));
    }

    /** Writes a line that nobody asked for; the line end is added. Does nothing if the connection is gone. */
    public void say(long connectionId, String line) {
        ServerCore core = server.core();
        core.runTurn(() -> core.connection(connectionId).ifPresent(c -> c.sendPart(WireText.ofJava(line) + "\n")));
    }

    /** Ends the leases on a key as the sweep would, and hands them on; returns how many there were. */
    public int expireNow(String key) {
        ServerCore core = server.core();
        return core.call(() -> {
            int count = core.table().expireNow(WireText.ofJava(key));
            core.endTurn();
            return count;
        });
    }

    /** Removes all faults. */
    public void clear() {
        ServerCore core = server.core();
        List<InjectedFault> all = core.call(() -> core.faults().all());
        all.forEach(InjectedFault::remove);
    }
}
