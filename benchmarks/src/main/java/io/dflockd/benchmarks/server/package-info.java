/** The servers under load: outside ones, a server that a command starts, or one of the driver's own. */
@NullMarked
package io.dflockd.benchmarks.server;

import org.jspecify.annotations.NullMarked;
