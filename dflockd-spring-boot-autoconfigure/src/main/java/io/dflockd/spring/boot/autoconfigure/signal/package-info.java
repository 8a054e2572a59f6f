/** Auto-configuration of signals: {@code dflockd.signals.*} and {@code dflockd.listener.*}. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.signal;

import org.jspecify.annotations.NullMarked;
