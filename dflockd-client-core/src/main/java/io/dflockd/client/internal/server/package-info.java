/**
 * How connections to one server are shared out: one that many use at once ({@link SharedLink}), a pool of those that one
 * acquisition blocks ({@link WaitPool}), and the backoff that both respect. Knows nothing of locks.
 */
@NullMarked
package io.dflockd.client.internal.server;

import org.jspecify.annotations.NullMarked;
