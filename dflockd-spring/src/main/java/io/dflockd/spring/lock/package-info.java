/**
 * Locks and semaphores in Spring style: {@link io.dflockd.spring.lock.LockTemplate} and
 * {@link io.dflockd.spring.lock.SemaphoreTemplate}, their options, and {@link io.dflockd.spring.lock.LockContext}, which
 * tells guarded code what it holds.
 */
@NullMarked
package io.dflockd.spring.lock;

import org.jspecify.annotations.NullMarked;
