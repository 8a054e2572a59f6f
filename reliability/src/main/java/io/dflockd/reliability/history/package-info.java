/** What the processes of a run write down, one line for each event. */
@NullMarked
package io.dflockd.reliability.history;

import org.jspecify.annotations.NullMarked;
