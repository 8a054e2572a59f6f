/** Counters and gauges of dflockd clients. Timers come from observations. */
@NullMarked
package io.dflockd.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
