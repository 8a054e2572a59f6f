/** Auto-configuration of a lock registry for Spring Integration. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure.integration;

import org.jspecify.annotations.NullMarked;
