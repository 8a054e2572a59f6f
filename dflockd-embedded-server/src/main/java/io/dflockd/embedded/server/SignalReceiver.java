package io.dflockd.embedded.server;

import io.dflockd.embedded.table.SignalTable;

/** A connection as a subscriber to signals. */
final class SignalReceiver implements SignalTable.Subscriber {

    private final ServerCore core;
    private final ServerConnection connection;
    private final ResponseWriter writer;
    private boolean poisoned;

    SignalReceiver(ServerCore core, ServerConnection connection, ResponseWriter writer) {
        this.core = core;
        this.connection = connection;
        this.writer = writer;
    }

    @Override
    public boolean offer(String channel, String line) {
        if (!connection.isOpen()) {
            return false;
        }
        if (core.faults().matchPush(connection.id(), channel) != null) {
            return true;
        }
        boolean taken = writer.push(line);
        connection.loop().proceedLater();
        return taken;
    }

    @Override
    public void overrun() {
        if (core.settings().closesSlowConsumers()) {
            connection.reset();
        } else {
            poisoned = true;
            if (connection.isBlocked()) {
                connection.leaveQueue();
                connection.cancel();
            }
        }
    }

    /** Whether a signal was lost because the client does not read: the next request that blocks ends the connection. */
    boolean poisoned() {
        return poisoned;
    }
}
