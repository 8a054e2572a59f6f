package io.dflockd.reliability.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times in nanoseconds, shown as a few quantiles in milliseconds. */
public final class Distribution {

    private final List<Long> nanos = new ArrayList<>();

    void add(long value) {
        nanos.add(value);
    }

    void addAll(Distribution other) {
        nanos.addAll(other.nanos);
    }

    /** How many there are. */
    public int count() {
        return nanos.size();
    }

    /** {@code 12 (p50 1.2 ms, p99 3.4 ms, max 5.6 ms)}. */
    @Override
    public String toString() {
        if (nanos.isEmpty()) {
            return "none";
        }
        Collections.sort(nanos);
        return String.format(
                Locale.ROOT,
                "%d (p50 %.1f ms, p99 %.1f ms, max %.1f ms)",
                nanos.size(),
                quantile(0.5),
                quantile(0.99),
                nanos.get(nanos.size() - 1) / 1e6);
    }

    private double quantile(double part) {
        return nanos.get((int) Math.min(nanos.size() - 1L, (long) (nanos.size() * part))) / 1e6;
    }
}
