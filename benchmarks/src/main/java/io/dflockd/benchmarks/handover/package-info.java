/** From a release to the next holder. */
@NullMarked
package io.dflockd.benchmarks.handover;

import org.jspecify.annotations.NullMarked;
