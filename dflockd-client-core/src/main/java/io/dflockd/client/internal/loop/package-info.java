/**
 * The client's event loop, its threads, timers and notifications. Everything that crosses between the loop and other threads
 * goes through {@link ClientLoop}.
 */
@NullMarked
package io.dflockd.client.internal.loop;

import org.jspecify.annotations.NullMarked;
