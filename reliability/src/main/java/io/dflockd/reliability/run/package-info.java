/** One run: starts the processes, makes them fail, and checks the history. */
@NullMarked
package io.dflockd.reliability.run;

import org.jspecify.annotations.NullMarked;
