/** Micrometer observations of signal listeners. */
@NullMarked
package io.dflockd.spring.signal.observation;

import org.jspecify.annotations.NullMarked;
