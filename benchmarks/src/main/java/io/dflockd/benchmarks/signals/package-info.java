/** From an emit to the handler. */
@NullMarked
package io.dflockd.benchmarks.signals;

import org.jspecify.annotations.NullMarked;
