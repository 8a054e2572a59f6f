/** Locks of dflockd for Spring Integration. Needs {@code spring-integration-core}. */
@NullMarked
package io.dflockd.spring.integration;

import org.jspecify.annotations.NullMarked;
