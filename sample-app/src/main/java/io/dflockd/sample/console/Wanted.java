package io.dflockd.sample.console;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockKind;
import java.time.Duration;

/**
 * What a button asks for.
 *
 * @param limit the number of permits of a semaphore, 0 for a lock
 * @param lease in seconds
 * @param atLeast for how many seconds it is held at least
 */
record Wanted(String key, int limit, int lease, int atLeast) {

    LockKind kind() {
        return limit == 0 ? LockKind.LOCK : LockKind.SEMAPHORE;
    }

    Acquirable<?> at(DflockdClient client) {
        return limit == 0 ? configured(client.lock(key)) : configured(client.semaphore(key, limit));
    }

    private <A extends Acquirable<A>> A configured(A acquirable) {
        return acquirable
                .withName("console")
                .withLease(Duration.ofSeconds(lease))
                .withHoldAtLeast(Duration.ofSeconds(atLeast));
    }
}
