package io.dflockd.reliability.worker;

import java.time.Duration;

/** The time limits of a worker's client and calls. */
final class Limits {

    static final Duration CONNECT = Duration.ofSeconds(2);

    static final Duration REQUEST = Duration.ofSeconds(2);

    /** Of a call that waits for a lock. */
    static final Duration WAIT = Duration.ofSeconds(2);

    private Limits() {}
}
