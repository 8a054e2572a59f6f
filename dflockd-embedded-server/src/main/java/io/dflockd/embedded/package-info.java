/**
 * An in-process dflockd server for development and tests: the line protocol of the real server over real sockets, a
 * {@linkplain io.dflockd.embedded.ServerView view} for assertions and {@linkplain io.dflockd.embedded.Faults faults} on
 * request. Not for production: one event loop, no clustering, state in memory only.
 *
 * <p>{@link io.dflockd.embedded.EmbeddedDflockdServer} is the entry point;
 * {@link io.dflockd.embedded.EmbeddedServerMain} runs it from the command line.
 */
@NullMarked
package io.dflockd.embedded;

import org.jspecify.annotations.NullMarked;
