/**
 * Connections to servers: opening them ({@link io.dflockd.client.internal.net.Dialer}), requests and answers on one
 * ({@link io.dflockd.client.internal.net.Connection}), and how those of one server are used
 * ({@link io.dflockd.client.internal.net.ServerConnections}): one that many share, and a pool of those that one acquisition
 * blocks. Knows nothing of locks.
 */
@NullMarked
package io.dflockd.client.internal.net;

import org.jspecify.annotations.NullMarked;
