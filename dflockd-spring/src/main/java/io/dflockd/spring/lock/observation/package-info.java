/** Micrometer observations of acquiring and holding locks and semaphores. */
@NullMarked
package io.dflockd.spring.lock.observation;

import org.jspecify.annotations.NullMarked;
