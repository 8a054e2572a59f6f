/** Leader election for Spring: roles, events, and methods that only the leader runs. */
@NullMarked
package io.dflockd.spring.leader;

import org.jspecify.annotations.NullMarked;
