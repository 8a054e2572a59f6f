package io.dflockd.client;

/**
 * What happens to a signal that finds the buffer of its subscription full. The socket is read on in any case: a client
 * that stops reading is written off by the server.
 */
public enum OverflowPolicy {

    /** The oldest signal in the buffer makes room. For signals of which the latest counts. */
    DROP_OLDEST,

    /** The signal that arrives is dropped. */
    DROP_NEWEST,

    /**
     * The subscription is ended at the server, the buffer is handled to its end, then it subscribes again and reports a
     * gap. In a queue group the other members get the signals meanwhile.
     */
    RESUBSCRIBE
}
