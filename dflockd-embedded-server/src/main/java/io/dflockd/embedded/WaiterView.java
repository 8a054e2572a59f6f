package io.dflockd.embedded;

/**
 * One place in a queue.
 *
 * @param key the key, decoded as UTF-8
 * @param connectionId the connection that waits
 * @param blocked whether a request blocks on it; false between {@code e} and {@code w}
 */
public record WaiterView(String key, long connectionId, boolean blocked) {}
