/** A dflockd server in a container. */
@NullMarked
package io.dflockd.testcontainers;

import org.jspecify.annotations.NullMarked;
