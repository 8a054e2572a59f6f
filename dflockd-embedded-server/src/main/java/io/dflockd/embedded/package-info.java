/**
 * A dflockd server in this JVM, for development and tests: the protocol of the real server over real sockets, a
 * {@linkplain io.dflockd.embedded.ServerView view} for assertions, and {@linkplain io.dflockd.embedded.Faults faults}.
 * Not for production: one event loop, no clustering, state in memory only.
 *
 * <p>{@link io.dflockd.embedded.EmbeddedDflockdServer} is the entry point;
 * {@link io.dflockd.embedded.EmbeddedServerMain} runs the server from the command line. The packages below this one are
 * internal.
 */
@NullMarked
package io.dflockd.embedded;

import org.jspecify.annotations.NullMarked;
