package io.dflockd.embedded.table;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Numbers the grants of one run of a server. */
public final class FenceCounter implements AutoCloseable {

    /** Keeps the numbers that have been given out over a restart. */
    public interface Store extends AutoCloseable {

        /** The highest number that may have been given out, 0 if there is none. */
        long ceiling();

        /** Stores a new ceiling; it survives a crash when this returns. */
        void raise(long newCeiling) throws IOException;

        @Override
        void close();
    }

    /** How many numbers are reserved in the store at a time. */
    static final long RESERVE = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(FenceCounter.class);

    private static final Store NONE = new Store() {
        @Override
        public long ceiling() {
            return Long.MAX_VALUE;
        }

        @Override
        public void raise(long newCeiling) {}

        @Override
        public void close() {}
    };

    private final Store store;
    private final List<Runnable> obstacles = new ArrayList<>();
    private long latest;
    private boolean used;

    private FenceCounter(long start, Store store) {
        this.latest = start;
        this.store = store;
    }

    /** Counts as a generation does that keeps nothing over a restart. */
    public static FenceCounter of(Dialect dialect) {
        return new FenceCounter(dialect.fences() == Dialect.Fences.TOKEN ? clock() : 0, NONE);
    }

    /**
     * Counts on from the store or from the clock, whichever is higher.
     *
     * @throws IOException if the first numbers cannot be reserved
     */
    public static FenceCounter of(Store store) throws IOException {
        FenceCounter counter = new FenceCounter(Math.max(store.ceiling(), clock()), store);
        store.raise(counter.latest + RESERVE);
        return counter;
    }

    private static long clock() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** The next number; empty if it cannot be stored. */
    OptionalLong next() {
        if (!obstacles.isEmpty()) {
            obstacles.forEach(Runnable::run);
            return OptionalLong.empty();
        }
        if (latest >= store.ceiling()) {
            try {
                store.raise(latest + RESERVE);
            } catch (IOException e) {
                log.error("nothing can be granted, because no fences can be reserved: {}", e.getMessage());
                return OptionalLong.empty();
            }
        }
        used = true;
        return OptionalLong.of(++latest);
    }

    /** Fails from now on, and runs the obstacle each time, until it is {@linkplain #remove removed}. */
    public void obstruct(Runnable obstacle) {
        obstacles.add(obstacle);
    }

    public void remove(Runnable obstacle) {
        obstacles.remove(obstacle);
    }

    /** The number of the latest grant, 0 before the first. */
    public long latest() {
        return used ? latest : 0;
    }

    @Override
    public void close() {
        store.close();
    }
}
