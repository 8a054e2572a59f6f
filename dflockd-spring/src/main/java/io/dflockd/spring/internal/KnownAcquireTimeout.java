package io.dflockd.spring.internal;

import java.time.Duration;

/** A client that says how long its acquisitions wait by default, for checks that acquire nothing. */
public interface KnownAcquireTimeout {

    Duration acquireTimeout();
}
