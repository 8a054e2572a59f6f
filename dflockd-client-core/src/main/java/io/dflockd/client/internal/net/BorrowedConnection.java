package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import org.jspecify.annotations.Nullable;

/** A connection of the pool, lent to one acquisition. Confined to the event loop. */
public final class BorrowedConnection implements ConnectionOwner {

    private final WaitConnections pool;
    private @Nullable Connection connection;
    /** Null while it is not lent. */
    private @Nullable ConnectionOwner owner;

    long idleSince;

    BorrowedConnection(WaitConnections pool, ConnectionOwner owner) {
        this.pool = pool;
        this.owner = owner;
    }

    void opened(Connection ready) {
        this.connection = ready;
    }

    public Connection connection() {
        if (connection == null) {
            throw new IllegalStateException("not connected yet");
        }
        return connection;
    }

    /** Changes the owner that the connection's events go to. */
    public void owner(ConnectionOwner newOwner) {
        this.owner = newOwner;
    }

    /** Returns it after a refusal. After an answer that is not in the protocol it is closed instead. */
    public void giveBackAfter(DflockdException refusal) {
        if (refusal instanceof DflockdProtocolException) {
            connection().close(refusal);
        } else {
            giveBack();
        }
    }

    /** Returns it to the pool. If an answer is outstanding it is closed instead. Does nothing if it is not lent. */
    public void giveBack() {
        boolean lent = owner != null;
        owner = null;
        if (lent && connection().isOpen()) {
            pool.returned(this);
        }
    }

    @Override
    public void closed(Connection ended, @Nullable DflockdException cause) {
        try {
            pool.ended(this, ended, cause);
        } finally {
            if (owner != null) {
                owner.closed(ended, cause);
            }
        }
    }

    @Override
    public boolean keepAlive(Connection on) {
        return owner != null && owner.keepAlive(on);
    }
}
