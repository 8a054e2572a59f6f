/**
 * The state of a server: locks, semaphores, read-write locks and subscriptions. Knows nothing of sockets and lines.
 * Internal to the embedded server.
 *
 * <p>Everything here is confined to the event loop of one server. Nothing blocks.
 */
@NullMarked
package io.dflockd.embedded.table;

import org.jspecify.annotations.NullMarked;
