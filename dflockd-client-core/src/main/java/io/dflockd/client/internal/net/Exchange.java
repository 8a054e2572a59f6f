package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.wire.Reply;

/**
 * One request on a connection and what becomes of it: exactly one of {@link #answered} and {@link #failed} is called, on
 * the event loop.
 */
public abstract class Exchange {

    private long sentAt;

    private long allowedSilence;

    /** For subclasses. */
    protected Exchange() {}

    /** When it was handed to the socket at the latest before it went out; deadlines count from here. */
    public final long sentAt() {
        return sentAt;
    }

    final long allowedSilence() {
        return allowedSilence;
    }

    final void sent(long now, long maySilentlyTake) {
        this.sentAt = now;
        this.allowedSilence = maySilentlyTake;
    }

    /** The server's answer. */
    protected abstract void answered(Reply reply);

    /** No answer will come: the connection has ended. The server may or may not have seen the request. */
    protected abstract void failed(DflockdException cause);
}
