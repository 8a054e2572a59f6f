/** The cost of the starter at the start of an application. */
@NullMarked
package io.dflockd.benchmarks.startup;

import org.jspecify.annotations.NullMarked;
