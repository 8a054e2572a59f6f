/**
 * How connections to one server are shared out: one that many use at once ({@link SharedConnection}), a pool of those that one
 * acquisition blocks ({@link WaitConnections}), and the backoff that both respect. Knows nothing of locks.
 */
@NullMarked
package io.dflockd.client.internal.net;

import org.jspecify.annotations.NullMarked;
