/** Auto-configuration of the Actuator endpoint of dflockd. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.actuate;

import org.jspecify.annotations.NullMarked;
