package io.dflockd.client.internal.signal;

import io.dflockd.client.Signal;

/** The subscription of a sink. Called on any thread and under no lock. */
interface SinkOwner {

    /** Everything in the sink has been handled. */
    void emptied();

    /** The handler threw an exception or an error. */
    void handlerFailed(Signal signal, Throwable cause);
}
