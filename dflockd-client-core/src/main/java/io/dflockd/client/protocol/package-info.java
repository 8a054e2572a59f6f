/**
 * The commands of the protocol as plain methods of one connection, for code that needs no help with locks: nothing is
 * renewed, retried, sharded or released for the caller.
 *
 * <p>Most applications use {@link io.dflockd.client.DflockdClient} instead.
 */
@NullMarked
package io.dflockd.client.protocol;

import org.jspecify.annotations.NullMarked;
