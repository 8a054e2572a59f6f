package io.dflockd.embedded;

import java.util.List;

/**
 * One open connection. A client that vanished while it waits in a queue still has one.
 *
 * @param id 1 for the first connection after a start
 * @param remoteAddress the address of the client, as "host:port"
 * @param authenticated whether it may send commands
 * @param blocked whether its current request waits for a grant
 * @param requestCount the number of its requests
 * @param subscriptions the number of patterns and groups that it listens to
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
