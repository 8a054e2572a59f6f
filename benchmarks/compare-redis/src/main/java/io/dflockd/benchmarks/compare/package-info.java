/** The same questions to dflockd, Redisson and Spring Integration, side by side in one process. */
@NullMarked
package io.dflockd.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
