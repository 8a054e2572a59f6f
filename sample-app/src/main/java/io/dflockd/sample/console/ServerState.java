package io.dflockd.sample.console;

import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one server has answered.
 *
 * @param stats null if it did not answer
 * @param problem why not, null if it did
 */
record ServerState(
        ServerAddress address,
        Duration roundTrip,
        @Nullable ServerStats stats,
        @Nullable String problem) {

    boolean isUp() {
        return stats != null;
    }
}
