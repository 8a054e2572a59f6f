/** Shared by the commands: options, latencies, tables, threads. */
@NullMarked
package io.dflockd.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
