/** Auto-configuration for dflockd: clients from {@code dflockd.*} properties or from connection details. */
@NullMarked
package io.dflockd.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
