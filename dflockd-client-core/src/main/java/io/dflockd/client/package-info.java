/**
 * The client's API: everything that an application touches. Start at {@link io.dflockd.client.DflockdClient#builder()}.
 *
 * <p>All types here are safe for use by many threads unless they say otherwise. Nothing in this package is bound to a
 * thread: who holds a {@link io.dflockd.client.LockHandle} holds the lock.
 */
@NullMarked
package io.dflockd.client;

import org.jspecify.annotations.NullMarked;
