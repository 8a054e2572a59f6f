/**
 * Signals in Spring style: {@link io.dflockd.spring.signal.SignalTemplate} to send, and converters between payloads and
 * objects. Listening is in {@link io.dflockd.spring.signal.annotation}.
 */
@NullMarked
package io.dflockd.spring.signal;

import org.jspecify.annotations.NullMarked;
