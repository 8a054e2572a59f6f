/** Auto-configuration of dflockd's counters and gauges. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.metrics;

import org.jspecify.annotations.NullMarked;
