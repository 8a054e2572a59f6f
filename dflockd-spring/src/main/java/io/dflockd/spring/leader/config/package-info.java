/** Enables {@link io.dflockd.spring.leader.LeaderOnly}. */
@NullMarked
package io.dflockd.spring.leader.config;

import org.jspecify.annotations.NullMarked;
