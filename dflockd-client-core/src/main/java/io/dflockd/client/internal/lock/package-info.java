/**
 * Locks and semaphores: asking for one ({@link Acquisition}, {@link QueuePlace}), owning one ({@link Holding}), and the
 * handles that callers get.
 *
 * <p>All that changes is changed on the client's one event loop, so there are no locks here. What callers may ask from
 * their own threads, a holding's state and deadline, is volatile and ends by one compare-and-set.
 */
@NullMarked
package io.dflockd.client.internal.lock;

import org.jspecify.annotations.NullMarked;
