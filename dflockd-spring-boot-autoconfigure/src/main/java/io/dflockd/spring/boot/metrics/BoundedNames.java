package io.dflockd.spring.boot.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Bounds the number of names that become tag values, so that names made of keys do not flood a registry. Thread-safe. */
final class BoundedNames {

    private static final String UNNAMED = "unnamed";

    private static final String OTHER = "other";

    private final int max;

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    BoundedNames(int max) {
        this.max = max;
    }

    String valueOf(@Nullable String name) {
        if (name == null) {
            return UNNAMED;
        }
        if (known.contains(name)) {
            return name;
        }
        if (known.size() >= max) {
            return OTHER;
        }
        known.add(name);
        return name;
    }
}
