/**
 * Signals: emitting them ({@link EmitConnection}), listening for them ({@link ListeningConnection}), and handing them to whoever
 * subscribed ({@link Subscription} and its {@link Sink}).
 *
 * <p>Connections and who listens to what are confined to the client's one event loop. A sink is where threads meet: the
 * loop puts signals in and never waits, others take them out.
 */
@NullMarked
package io.dflockd.client.internal.signal;

import org.jspecify.annotations.NullMarked;
