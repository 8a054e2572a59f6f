package io.dflockd.client;

/**
 * What happens to a signal that finds the buffer of its subscription full. The client goes on reading in any case: the server
 * gives up on a client that stops.
 */
public enum OverflowPolicy {

    /** The oldest signals in the buffer are dropped. For signals of which only the latest matters. */
    DROP_OLDEST,

    /** The new signal is dropped. */
    DROP_NEWEST,

    /**
     * The subscription leaves the server until its buffer has been handled, then subscribes again and reports a gap. In a
     * queue group the other members get the signals meanwhile.
     */
    RESUBSCRIBE
}
