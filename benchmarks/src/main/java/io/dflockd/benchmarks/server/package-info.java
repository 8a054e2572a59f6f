/** The server under load: one given by address, or the embedded one in a process of its own. */
@NullMarked
package io.dflockd.benchmarks.server;

import org.jspecify.annotations.NullMarked;
