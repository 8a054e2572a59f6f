package io.dflockd.embedded;

/** The fate of a connection that does not read and whose buffer of 64 signals is full. */
public enum SlowConsumerPolicy {
    /**
     * As in generation G2: the signal is dropped, the connection stays open, and its next request that blocks ends it
     * without an answer.
     */
    POISON,
    /** As in the real server from v1.11.1 on: the connection is closed. */
    CLOSE
}
