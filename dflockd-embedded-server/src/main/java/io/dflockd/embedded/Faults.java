package io.dflockd.embedded;

import io.dflockd.embedded.server.ActiveFault;
import io.dflockd.embedded.server.ServerConnection;
import io.dflockd.embedded.server.ServerCore;
import io.dflockd.embedded.server.WireText;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Makes an {@link EmbeddedDflockdServer} misbehave. Thread-safe; every method has taken effect when it returns. A fault
 * ends when it is {@linkplain InjectedFault#remove() removed}, when its target is used up, with {@link #clear()}, and
 * with a restart of the server.
 *
 * <p>All methods throw {@link IllegalStateException} if the server is not running.
 */
public final class Faults {

    private final EmbeddedDflockdServer server;

    Faults(EmbeddedDflockdServer server) {
        this.server = server;
    }

    /** Lets a fault strike the requests that match. If several faults match, the one injected first strikes. */
    public InjectedFault inject(Fault fault, FaultTarget target) {
        return inject(
                fault + " on " + target,
                fault,
                target,
                (core, active) -> core.faults().add(active));
    }

    /**
     * Closes the next connections directly after they were accepted, without a byte and without a connection id.
     *
     * @param connections how many, at least 1
     */
    public InjectedFault closeAfterAccept(int connections) {
        return inject(
                "close after accept",
                Fault.cut(),
                FaultTarget.next(connections),
                (core, active) -> core.faults().addOnAccept(active));
    }

    /**
     * Closes the listening socket, so that new connections are refused. Open connections stay open. Removing the fault
     * listens on the same port again.
     */
    public InjectedFault refuseConnections() {
        server.core().stopListening();
        return inject("refuse connections", Fault.cut(), FaultTarget.any(), (core, active) -> {
            active.whenRemoved(core::listenAgain);
            core.faults().addOther(active);
        });
    }

    /**
     * Stalls the whole server until the fault is removed: it neither accepts nor reads nor writes, as if the network
     * were down. Leases and read timeouts go on.
     */
    public InjectedFault stall() {
        return inject("stall", Fault.stall(), FaultTarget.any(), (core, active) -> {
            core.stall(active);
            core.faults().addOther(active);
        });
    }

    /** Stalls one open connection, see {@link #stall()}. Does nothing if it is closed. */
    public InjectedFault stall(long connectionId) {
        return inject(
                "stall connection " + connectionId,
                Fault.stall(),
                FaultTarget.connection(connectionId),
                (core, active) -> {
                    core.connections().find(connectionId).ifPresent(c -> c.stallUntilRemoved(active));
                    core.faults().addOther(active);
                });
    }

    /**
     * Refuses every grant with {@code error}, as a server of v2.1 whose fence state file cannot be written. Waiters
     * keep their places, and renewals and releases go on. After the fault is removed, nobody is granted a key before the
     * next request for it.
     */
    public InjectedFault failGrants() {
        return inject("fail grants", Fault.cut(), FaultTarget.any(), (core, active) -> {
            core.failGrants(active);
            core.faults().addOther(active);
        });
    }

    private InjectedFault inject(
            String description, Fault fault, FaultTarget target, BiConsumer<ServerCore, ActiveFault> activation) {
        ServerCore core = server.core();
        ActiveFault active = new ActiveFault(fault.spec, target.filter);
        core.run(() -> activation.accept(core, active));
        return new InjectedFault(core, description, active);
    }

    /** Closes a connection (FIN) and frees its locks. Does nothing if it is closed. */
    public void cut(long connectionId) {
        withConnection(connectionId, ServerConnection::close);
    }

    /** Resets a connection (RST) and frees its locks. Does nothing if it is closed. */
    public void reset(long connectionId) {
        withConnection(connectionId, ServerConnection::reset);
    }

    /** Writes a line that answers no request; the line end is added. Does nothing if the connection is closed. */
    public void say(long connectionId, String line) {
        withConnection(connectionId, connection -> connection.sendPart(WireText.ofJava(line) + "\n"));
    }

    private void withConnection(long id, Consumer<ServerConnection> action) {
        ServerCore core = server.core();
        core.run(() -> core.connections().find(id).ifPresent(action));
    }

    /**
     * Ends the leases on a key as the sweep would, and grants the key to its next waiter.
     *
     * <p>As with the real server, the old holder gets no message: the protocol has none. Its client still regards the
     * lock as held until its next renewal, which the server refuses; a client that renews at half of a lease of 33 s
     * loses the lock up to 16 s later, with the reason that the server rejected it. For a test that needs the loss
     * sooner, acquire with a short lease, or {@link #cut} the connection of the holder
     * ({@link HolderView#connectionId()}): a client sees that at once.
     *
     * @return how many leases there were
     */
    public int expireNow(String key) {
        ServerCore core = server.core();
        return core.call(() -> core.table().expireNow(WireText.ofJava(key)));
    }

    /** Removes all faults. */
    public void clear() {
        ServerCore core = server.core();
        core.run(core.faults()::clear);
    }
}
