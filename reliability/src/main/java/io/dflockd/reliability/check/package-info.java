/** Compares a history with what is promised. Knows nothing of the client. */
@NullMarked
package io.dflockd.reliability.check;

import org.jspecify.annotations.NullMarked;
