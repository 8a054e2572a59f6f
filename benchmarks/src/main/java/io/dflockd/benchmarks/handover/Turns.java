package io.dflockd.benchmarks.handover;

import io.dflockd.benchmarks.measure.Latencies;
import io.dflockd.benchmarks.measure.Span;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Two that take turns at one lock: each holds it for a moment, long enough that the other stands in the queue, and
 * releases it. Measured is from just before the release to the other's return from its acquire.
 */
public final class Turns {

    private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** Written by the holder before its release, read by the next holder after its acquire: the lock orders them. */
    private volatile long releasedAt;

    private volatile @Nullable Turn holder;

    /** One that acquires and releases. */
    public interface Turn extends AutoCloseable {

        /** Waits for the lock. */
        void acquire() throws Exception;

        /** Gives it back. */
        void release() throws Exception;

        @Override
        void close() throws Exception;
    }

    /** Lets them take turns. */
    public static Summary run(List<? extends Turn> players, int rounds) throws Exception {
        try {
            Turns turns = new Turns();
            List<Latencies> times = new ArrayList<>();
            List<Workers.Work> works = new ArrayList<>();
            for (Turn player : players) {
                Latencies latencies = new Latencies(rounds);
                times.add(latencies);
                works.add(() -> turns.play(player, latencies, rounds));
            }
            Span time = Workers.run(Workers.Kind.PLATFORM, works);
            return Latencies.summarize(times, time);
        } finally {
            for (Turn player : players) {
                player.close();
            }
        }
    }

    private void play(Turn player, Latencies latencies, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            long asked = System.nanoTime();
            player.acquire();
            long now = System.nanoTime();
            long released = releasedAt;
            holder = player;
            boolean stoodInQueue = released - asked > HOLD_NANOS / 4;
            if (stoodInQueue) {
                latencies.add(now - released);
            }
            TimeUnit.NANOSECONDS.sleep(HOLD_NANOS);
            releasedAt = System.nanoTime();
            player.release();
            awaitOther(player, i == rounds - 1);
        }
    }

    /** Locks that are not fair could go to the releasing player again before the other wakes. */
    @SuppressWarnings("ReferenceEquality")
    private void awaitOther(Turn player, boolean last) {
        while (!last && holder == player) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
