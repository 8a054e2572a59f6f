/** Charts as PNG files, by what the JDK has. */
@NullMarked
package io.dflockd.benchmarks.plot;

import org.jspecify.annotations.NullMarked;
