package io.dflockd.benchmarks.measure;

import java.util.Arrays;
import java.util.Collection;

/** Times of one worker, kept one by one; merged and sorted at the end. Not thread-safe. */
public final class Latencies {

    private long[] nanos;

    private int size;

    /** With room for a number of times; grows beyond. */
    public Latencies(int room) {
        this.nanos = new long[Math.max(16, room)];
    }

    /** Adds a time. */
    public void add(long time) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, size * 2);
        }
        nanos[size++] = time;
    }

    /** Number of times. */
    public int size() {
        return size;
    }

    /** The figures of all workers. */
    public static Summary summarize(Collection<Latencies> parts, Span time) {
        long[] all = new long[parts.stream().mapToInt(Latencies::size).sum()];
        int at = 0;
        for (Latencies part : parts) {
            System.arraycopy(part.nanos, 0, all, at, part.size);
            at += part.size;
        }
        Arrays.sort(all);
        double mean = Arrays.stream(all).average().orElse(0);
        return new Summary(all.length, time, mean, at(all, 0.5), at(all, 0.99), at(all, 1));
    }

    private static long at(long[] sorted, double quantile) {
        if (sorted.length == 0) {
            return 0;
        }
        int index = (int) Math.ceil(quantile * sorted.length) - 1;
        return sorted[Math.max(0, Math.min(sorted.length - 1, index))];
    }
}
