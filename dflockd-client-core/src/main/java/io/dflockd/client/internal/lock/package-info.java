/**
 * Locks and semaphores: acquiring ({@link Acquisition}, {@link QueuePlace}), owning ({@link Holding}, {@link Renewal},
 * {@link HoldingEnd}), and what users get ({@link ClientLock}, {@link Handle}, {@link PlaceHandle}).
 *
 * <p>Everything that changes is changed on the client's event loop, so there are no locks here. The state and deadline of a
 * holding may be read by any thread: they are volatile, and a holding ends by one compare-and-set.
 */
@NullMarked
package io.dflockd.client.internal.lock;

import org.jspecify.annotations.NullMarked;
