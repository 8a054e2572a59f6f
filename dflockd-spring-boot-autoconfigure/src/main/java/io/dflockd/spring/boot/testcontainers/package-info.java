/** Testcontainers service connections for dflockd. */
@NullMarked
package io.dflockd.spring.boot.testcontainers;

import org.jspecify.annotations.NullMarked;
