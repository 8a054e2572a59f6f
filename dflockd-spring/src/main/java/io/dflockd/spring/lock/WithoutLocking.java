package io.dflockd.spring.lock;

import io.dflockd.client.Acquirable;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockKind;
import org.jspecify.annotations.Nullable;

/** The doubles that lock nothing: templates whose acquirables grant at once. */
final class WithoutLocking {

    static final LockOperations LOCKS = operations(LockKind.LOCK);

    private static final LockOperations SLOTS = operations(LockKind.SEMAPHORE);

    private WithoutLocking() {}

    static LockOperations semaphore(int limit) {
        if (limit < 1) {
            throw new InvalidArgumentException("semaphore limit " + limit + " is below 1");
        }
        return SLOTS;
    }

    static boolean isDouble(LockOperations operations) {
        return operations == LOCKS || operations == SLOTS;
    }

    private static LockOperations operations(LockKind kind) {
        return new AcquiringOperations(
                new Grants(kind, new Object()), LockSettings.builder().build());
    }

    /** Grants whatever is asked for. */
    private record Grants(LockKind kind, Object scope) implements AcquirableFactory {

        @Override
        public Acquirable<?> create(String key, LockOptions options) {
            @Nullable String name = options.name();
            return new UnlockedAcquirable(key, name);
        }
    }
}
