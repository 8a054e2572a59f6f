/** Enables the annotations of {@link io.dflockd.spring.lock.annotation}. */
@NullMarked
package io.dflockd.spring.lock.config;

import org.jspecify.annotations.NullMarked;
