/**
 * The network side of a server: the event loop, connections, requests, answers and faults. Internal to the embedded
 * server.
 *
 * <p>Everything here is confined to the event loop of one server, except where a type says otherwise.
 */
@NullMarked
package io.dflockd.embedded.server;

import org.jspecify.annotations.NullMarked;
