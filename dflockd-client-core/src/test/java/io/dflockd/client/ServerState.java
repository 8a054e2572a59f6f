package io.dflockd.client;

import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.ServerView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Questions about the state of a server: to the view of an embedded one, or to the stats of any. */
final class ServerState {

    private ServerState() {}

    /** Waits until the server's stats show this number of waiters for a key. */
    static void awaitWaiters(DflockdClient client, String key, int count) {
        await().atMost(TestServers.SOON).until(() -> waiters(client, key) == count);
    }

    /** The number of waiters for a key in the server's stats. */
    static long waiters(DflockdClient client, String key) {
        ServerStats stats = client.statsAsync(client.serverFor(key)).join();
        long locks = stats.locks().stream()
                .filter(lock -> lock.key().equals(key))
                .mapToLong(ServerStats.Lock::waiters)
                .sum();
        return locks
                + stats.semaphores().stream()
                        .filter(semaphore -> semaphore.key().equals(key))
                        .mapToLong(ServerStats.Semaphore::waiters)
                        .sum();
    }

    /** What the server is and can do. */
    static ServerAbilities abilities(DflockdClient client) {
        return client.statsAsync(client.servers().get(0)).join().abilities();
    }

    /** Waits until a request blocks on a connection that is newer than one of an earlier waiter, which may be a ghost now. */
    static void awaitWaiterAfter(TestServer server, String key, long connectionId) {
        server.await(
                view -> view.waiters(key).stream()
                        .anyMatch(waiter -> waiter.blocked() && waiter.connectionId() > connectionId),
                TestServers.SOON);
    }

    /** The keys that somebody holds or waits for. */
    static List<String> keys(Map<ServerAddress, ServerStats> stats) {
        List<String> keys = new ArrayList<>();
        stats.values().forEach(one -> {
            one.locks().stream().map(ServerStats.Lock::key).forEach(keys::add);
            one.semaphores().stream()
                    .filter(semaphore -> semaphore.holders() + semaphore.waiters() > 0)
                    .map(ServerStats.Semaphore::key)
                    .forEach(keys::add);
        });
        return keys;
    }

    /** Waits until the server has neither holder nor waiter nor connection. */
    static void awaitNothingLeft(TestServer server) {
        server.await(view -> view.isQuiet() && view.connections().isEmpty(), TestServers.SOON);
    }

    /** The number of requests for a lock that the server has seen. */
    static long acquireRequests(ServerView view) {
        return view.count("l") + view.count("sl") + view.count("e") + view.count("se");
    }
}
