/**
 * The API of the client. Start at {@link io.dflockd.client.DflockdClient#builder()}.
 *
 * <p>All types are thread-safe unless their description says otherwise. Nothing is bound to a thread: a lock belongs to its
 * {@link io.dflockd.client.LockHandle}. No parameter or result is null unless it is annotated as nullable.
 */
@NullMarked
package io.dflockd.client;

import org.jspecify.annotations.NullMarked;
