package io.dflockd.embedded;

/** What happens to a connection whose 64 signal slots are full because it does not read. */
public enum SlowConsumerPolicy {
    /**
     * As generation G2 does: the signal is dropped, the connection stays open, and its next blocking request ends it
     * without an answer.
     */
    POISON,
    /** As the mainline server from v1.11.1 on does: the connection is closed. */
    CLOSE
}
