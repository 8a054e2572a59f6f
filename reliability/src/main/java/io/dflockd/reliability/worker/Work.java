package io.dflockd.reliability.worker;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One thread of a worker: takes locks and slots in all ways, holds them for a while, and writes down what it believes. */
final class Work implements Runnable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Of a call that waits; connecting and releasing a grant that came too late come on top. */
    private static final Duration WAIT = Duration.ofSeconds(2);

    private static final Duration SHORT_HOLD = Duration.ofMillis(20);

    /** Of one hold in five, so that failures meet locks that are held. */
    private static final Duration LONG_HOLD = Duration.ofMillis(1200);

    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(2);

    private final DflockdClient client;

    private final History history;

    private final int keys;

    private final int permits;

    private final Random random;

    private final AtomicBoolean stopped;

    Work(DflockdClient client, History history, int keys, int permits, long seed, AtomicBoolean stopped) {
        this.client = client;
        this.history = history;
        this.keys = keys;
        this.permits = permits;
        this.random = new Random(seed);
        this.stopped = stopped;
    }

    @Override
    public void run() {
        try {
            while (!stopped.get()) {
                int number = random.nextInt(keys);
                try {
                    once(number);
                } catch (DflockdException | ExecutionException ex) {
                    // A server is away. The client waits before it connects again, and so does this.
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            }
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void once(int number) throws InterruptedException, ExecutionException {
        String lock = "lock-" + number;
        switch (random.nextInt(8)) {
            case 0 -> hold(lock, client.lock(lock).tryAcquire());
            case 1 -> hold(lock, async(lock));
            case 2 -> twoPhase(lock);
            case 3, 4 -> {
                String semaphore = "semaphore-" + number;
                hold(
                        semaphore,
                        timed(
                                semaphore,
                                () -> client.semaphore(semaphore, permits).tryAcquire(WAIT)));
            }
            case 5 -> nested(number);
            default -> hold(lock, timed(lock, () -> client.lock(lock).tryAcquire(WAIT)));
        }
    }

    private Optional<LockHandle> async(String lock) throws InterruptedException, ExecutionException {
        CompletableFuture<Optional<LockHandle>> future = client.lock(lock).tryAcquireAsync(WAIT);
        if (random.nextInt(10) == 0) {
            future.cancel(false);
            return Optional.empty();
        }
        return timed(lock, future::get);
    }

    private void twoPhase(String lock) throws InterruptedException, ExecutionException {
        try (QueuedAcquisition place = client.lock(lock).enqueue()) {
            hold(lock, timed(lock, () -> place.tryAwait(WAIT)));
        }
    }

    /** In the order of the numbers, so that no two threads wait for each other. */
    private void nested(int number) throws InterruptedException, ExecutionException {
        if (number + 1 == keys) {
            return;
        }
        String outer = "lock-" + number;
        String inner = "lock-" + (number + 1);
        Optional<LockHandle> granted = timed(outer, () -> client.lock(outer).tryAcquire(WAIT));
        if (granted.isPresent()) {
            Hold held = new Hold(outer, granted.get());
            try {
                hold(inner, timed(inner, () -> client.lock(inner).tryAcquire(WAIT)));
                held.sample();
            } finally {
                held.end();
            }
        }
    }

    private interface Call {
        Optional<LockHandle> run() throws InterruptedException, ExecutionException;
    }

    private Optional<LockHandle> timed(String resource, Call call) throws InterruptedException, ExecutionException {
        long begin = System.nanoTime();
        try {
            return call.run();
        } finally {
            long now = System.nanoTime();
            history.write(now, Kind.CALL, resource, 0, (now - begin) / 1_000_000 + " " + WAIT.toMillis());
        }
    }

    private void hold(String resource, Optional<LockHandle> granted) throws InterruptedException {
        if (granted.isEmpty()) {
            return;
        }
        Hold held = new Hold(resource, granted.get());
        try {
            Duration longest = random.nextInt(5) == 0 ? LONG_HOLD : SHORT_HOLD;
            long until = System.nanoTime() + random.nextInt((int) longest.toNanos());
            while (held.sample() && System.nanoTime() < until) {
                TimeUnit.NANOSECONDS.sleep(BETWEEN_SAMPLES.toNanos());
            }
        } finally {
            held.end();
        }
    }

    /** What is written down of one handle. Each time is read before the handle is asked, so it was held then. */
    private final class Hold {

        private final String resource;

        private final LockHandle handle;

        private final long number = NUMBERS.incrementAndGet();

        private boolean begun;

        Hold(String resource, LockHandle handle) {
            this.resource = resource;
            this.handle = handle;
            if (sample()) {
                handle.onLost(
                        (lost, reason) -> history.write(System.nanoTime(), Kind.LOSS, resource, number, reason.name()));
            }
        }

        boolean sample() {
            long time = System.nanoTime();
            if (!handle.isHeld()) {
                return false;
            }
            if (begun) {
                history.write(time, Kind.SAMPLE, resource, number, "-");
            } else {
                begun = true;
                String fence = handle.fence().isPresent()
                        ? Long.toUnsignedString(handle.fence().getAsLong())
                        : "-";
                history.write(time, Kind.GRANTED, resource, number, fence);
            }
            return true;
        }

        void end() {
            boolean confirmed = handle.release();
            if (begun) {
                history.write(
                        System.nanoTime(),
                        Kind.ENDED,
                        resource,
                        number,
                        handle.lossReason()
                                .map(reason -> "lost " + reason)
                                .orElse(confirmed ? "confirmed" : "unconfirmed"));
            }
        }
    }
}
