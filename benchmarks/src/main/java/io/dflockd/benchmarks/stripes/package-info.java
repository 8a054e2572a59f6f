/** What several session connections to one server would bring: measured here, and simulated for larger machines. */
@NullMarked
package io.dflockd.benchmarks.stripes;

import org.jspecify.annotations.NullMarked;
