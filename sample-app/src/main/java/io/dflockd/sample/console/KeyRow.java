package io.dflockd.sample.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A key in use.
 *
 * @param kind lock or semaphore
 * @param limit the number of permits, 0 for a lock
 * @param holders who holds it
 * @param queue the waiters in order, clients that are no instances of this application last
 * @param leaseMillis the rest of the lease at the server, null if it does not say
 * @param own whether this instance holds it or waits for it
 */
record KeyRow(
        String key,
        String kind,
        long limit,
        List<Holder> holders,
        List<String> queue,
        @Nullable Long leaseMillis,
        boolean own) {

    KeyRow {
        holders = List.copyOf(holders);
        queue = List.copyOf(queue);
    }

    /**
     * Who holds a key.
     *
     * @param instance the id of the instance if the console may end it, null otherwise
     */
    record Holder(String name, @Nullable String instance) {}
}
