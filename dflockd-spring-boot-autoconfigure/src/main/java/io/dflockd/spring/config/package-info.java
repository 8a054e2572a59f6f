/** Switching the annotations on. */
@NullMarked
package io.dflockd.spring.config;

import org.jspecify.annotations.NullMarked;
