/** The cost of a client while it holds locks or does nothing. */
@NullMarked
package io.dflockd.benchmarks.hold;

import org.jspecify.annotations.NullMarked;
