/** Application events about the subscriptions of signal listeners. */
@NullMarked
package io.dflockd.spring.signal.event;

import org.jspecify.annotations.NullMarked;
