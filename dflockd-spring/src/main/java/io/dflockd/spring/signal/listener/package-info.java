/**
 * Containers that subscribe for listeners: {@link io.dflockd.spring.signal.listener.SignalListenerContainer}, what they
 * call, and what they tell the application.
 */
@NullMarked
package io.dflockd.spring.signal.listener;

import org.jspecify.annotations.NullMarked;
