/** The Actuator endpoint of dflockd. */
@NullMarked
package io.dflockd.spring.boot.actuate;

import org.jspecify.annotations.NullMarked;
