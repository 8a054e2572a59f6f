/**
 * Signals: {@link EmitConnection} emits them, {@link ListeningConnection} listens, and {@link Subscription} hands them to its
 * {@link Sink}, from which a handler or the caller takes them.
 *
 * <p>Connections and subscriptions are confined to the client's event loop. The threads meet in the sink: the loop puts
 * signals in and never waits, other threads take them out.
 */
@NullMarked
package io.dflockd.client.internal.signal;

import org.jspecify.annotations.NullMarked;
