/** The driver: {@code java -jar benchmarks.jar COMMAND --option value}. Each command answers one question. */
@NullMarked
package io.dflockd.benchmarks;

import org.jspecify.annotations.NullMarked;
