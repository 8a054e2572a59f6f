package io.dflockd.sample.console;

import io.dflockd.client.ServerStats;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything at one moment. */
record Snapshot(
        InstanceState self,
        List<InstanceState> others,
        List<ServerState> servers,
        List<KeyRow> keys,
        List<HandleRow> handles) {

    /**
     * What a page shows of it.
     *
     * @param filter what a key must contain, in upper or lower case
     * @param rows the most keys
     */
    View view(String filter, int rows) {
        String part = filter.toLowerCase(Locale.ROOT);
        List<KeyRow> matching = keys.stream()
                .filter(row -> row.key().toLowerCase(Locale.ROOT).contains(part))
                .toList();
        List<KeyRow> shown = matching.subList(0, Math.min(rows, matching.size()));
        return new View(
                new InstanceView(self, true),
                others.stream().map(other -> new InstanceView(other, false)).toList(),
                servers.stream().map(ServerView::of).toList(),
                count(keys.size(), matching.size(), shown.size()),
                shown,
                handles);
    }

    /**
     * The JSON for a page.
     *
     * @param keyCount how many keys there are, and how many of them are shown
     */
    record View(
            InstanceView instance,
            List<InstanceView> others,
            List<ServerView> servers,
            String keyCount,
            List<KeyRow> keys,
            List<HandleRow> handles) {}

    /** An instance without what it holds, which the keys show. */
    record InstanceView(String id, String name, int port, boolean kill, boolean server, boolean self) {

        private InstanceView(InstanceState state, boolean self) {
            this(state.id(), state.name(), state.port(), state.kill(), state.server(), self);
        }
    }

    /**
     * A server.
     *
     * @param problem why it is down, null if it is up
     */
    record ServerView(
            String address,
            boolean up,
            long roundTripMicros,
            long connections,
            long keys,
            long idle,
            @Nullable String problem) {

        private static ServerView of(ServerState state) {
            ServerStats stats = state.stats();
            String address = state.address().toString();
            return stats == null
                    ? new ServerView(address, false, 0, 0, 0, 0, state.problem())
                    : new ServerView(
                            address,
                            true,
                            state.roundTrip().toNanos() / 1000,
                            stats.connections(),
                            (long) stats.locks().size() + stats.semaphores().size(),
                            (long) stats.idleLocks().size()
                                    + stats.idleSemaphores().size(),
                            null);
        }
    }

    private static String count(int total, int matching, int shown) {
        String some = shown == matching ? "" : "the first " + shown + " of ";
        return matching == total
                ? some + total + (total == 1 ? " key" : " keys")
                : some + matching + " that match, of " + total + " keys";
    }
}
