/** JMH benchmarks of the small things. */
@NullMarked
package io.dflockd.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
