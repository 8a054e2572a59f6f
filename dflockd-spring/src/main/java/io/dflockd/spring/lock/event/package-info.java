/** Application events about locks and semaphores that were acquired through the Spring layer. */
@NullMarked
package io.dflockd.spring.lock.event;

import org.jspecify.annotations.NullMarked;
