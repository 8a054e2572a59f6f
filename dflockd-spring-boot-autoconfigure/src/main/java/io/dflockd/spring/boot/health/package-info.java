/** Health of dflockd servers. */
@NullMarked
package io.dflockd.spring.boot.health;

import org.jspecify.annotations.NullMarked;
