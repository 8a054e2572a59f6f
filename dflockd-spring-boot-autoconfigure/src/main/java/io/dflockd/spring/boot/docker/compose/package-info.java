/** Docker Compose service connections for dflockd. */
@NullMarked
package io.dflockd.spring.boot.docker.compose;

import org.jspecify.annotations.NullMarked;
