/**
 * The protocol's commands as plain functions over one connection, for those who build something else than locks that look
 * after themselves: here nothing is renewed, retried, sharded or released for the caller.
 *
 * <p>Most applications want {@link io.dflockd.client.DflockdClient} instead.
 */
@NullMarked
package io.dflockd.client.protocol;

import org.jspecify.annotations.NullMarked;
