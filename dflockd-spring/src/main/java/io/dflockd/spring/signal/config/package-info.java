/** Enables {@link io.dflockd.spring.signal.annotation.SignalListener}. */
@NullMarked
package io.dflockd.spring.signal.config;

import org.jspecify.annotations.NullMarked;
