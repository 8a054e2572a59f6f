package io.dflockd.spring.lock;

import io.dflockd.client.LockKind;
import io.micrometer.observation.Observation;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks for, with everything resolved.
 *
 * @param kind lock or semaphore
 * @param scope whose keys these are: equal keys of different clients are different locks
 * @param key the key on the server
 * @param options how, with the template's defaults
 * @param parent what the caller observes, null for nothing
 */
record LockRequest(
        LockKind kind,
        Object scope,
        String key,
        LockOptions options,
        @Nullable Observation parent) {

    @Nullable
    String name() {
        return options.name();
    }

    boolean isSameAs(LockRequest other) {
        return scope == other.scope && key.equals(other.key);
    }

    String describe() {
        return kind.name().toLowerCase(Locale.ROOT) + " '" + key + "'";
    }

    String who() {
        String origin = options.origin();
        if (origin != null) {
            return origin;
        }
        return name() == null ? "an unnamed template call" : "the template call named '" + name() + "'";
    }
}
