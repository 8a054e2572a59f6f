/**
 * Connections: dialling (name, TCP, TLS, auth), one event loop for all of them, requests and answers in order, liveness.
 * Knows nothing of locks.
 */
@NullMarked
package io.dflockd.client.internal.loop;

import org.jspecify.annotations.NullMarked;
