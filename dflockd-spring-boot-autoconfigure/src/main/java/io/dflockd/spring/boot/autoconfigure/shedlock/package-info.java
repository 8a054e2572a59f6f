/** Auto-configuration of a lock provider for ShedLock. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.shedlock;

import org.jspecify.annotations.NullMarked;
