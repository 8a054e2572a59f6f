/** Auto-configuration of dflockd's health. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.health;

import org.jspecify.annotations.NullMarked;
