/** Servers for tests: in this JVM, or processes that a command starts. */
@NullMarked
package io.dflockd.client.testserver;

import org.jspecify.annotations.NullMarked;
