package io.dflockd.sample.console;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** How often the lease of each held key has been renewed. Several slots of one semaphore count together. */
@Component
class Renewals {

    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    private record Count(int holds, long renewals) {}

    void begin(String key) {
        counts.merge(key, new Count(1, 0), (old, one) -> new Count(old.holds + 1, old.renewals));
    }

    void end(String key) {
        counts.computeIfPresent(key, (any, old) -> old.holds == 1 ? null : new Count(old.holds - 1, old.renewals));
    }

    void renewed(String key) {
        counts.computeIfPresent(key, (any, old) -> new Count(old.holds, old.renewals + 1));
    }

    long of(String key) {
        Count count = counts.get(key);
        return count == null ? 0 : count.renewals;
    }
}
