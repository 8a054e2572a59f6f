package io.dflockd.embedded;

import java.util.List;

/**
 * One open connection, a vanished client's that still waits in a queue included.
 *
 * @param id its number: 1 for the first connection after a start
 * @param remoteAddress where it comes from, as "host:port"
 * @param authenticated whether it may send commands
 * @param blocked whether its current request waits for a grant
 * @param requestCount how many requests it has sent
 * @param subscriptions how many patterns and groups it listens to
 * @param requests the latest of its requests, oldest first; bounded by the server's request log
 */
public record ConnectionView(
        long id,
        String remoteAddress,
        boolean authenticated,
        boolean blocked,
        long requestCount,
        int subscriptions,
        List<RequestView> requests) {

    /** Copies the list. */
    public ConnectionView {
        requests = List.copyOf(requests);
    }
}
