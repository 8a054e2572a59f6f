/** Locks of ShedLock on a dflockd server. */
@NullMarked
package io.dflockd.shedlock;

import org.jspecify.annotations.NullMarked;
