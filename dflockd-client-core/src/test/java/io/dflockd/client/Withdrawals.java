package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests that are given up at random points, by interrupts, cancels, completions by others, timeouts of the caller and
 * closes, while others get what they asked for. Counts at each grant how many hold the key.
 */
final class Withdrawals {

    private final List<DflockdClient> clients;

    private final List<String> keys;

    private final String semaphoreKey;

    private final int limit = 2;

    private final Map<String, AtomicInteger> holders = new ConcurrentHashMap<>();

    private final AtomicInteger grants = new AtomicInteger();

    private final AtomicInteger withdrawn = new AtomicInteger();

    private final ScheduledExecutorService disturber = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "disturber");
        thread.setDaemon(true);
        return thread;
    });

    Withdrawals(List<DflockdClient> clients, List<String> keys, String semaphoreKey) {
        this.clients = clients;
        this.keys = keys;
        this.semaphoreKey = semaphoreKey;
    }

    /** Runs so many in all, by so many threads. */
    void run(int threads, int iterations, long seed) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(seed + i);
                running.add(workers.submit(() -> {
                    for (int n = 0; n < iterations / threads; n++) {
                        once(random);
                    }
                    return null;
                }));
            }
            for (Future<?> one : running) {
                one.get(1000, TimeUnit.SECONDS);
            }
        } finally {
            workers.shutdownNow();
            disturber.shutdownNow();
        }
        assertThat(grants.get()).as("some were granted").isPositive();
        assertThat(withdrawn.get()).as("some were withdrawn").isPositive();
    }

    private void once(Random random) throws Exception {
        DflockdClient client = clients.get(random.nextInt(clients.size()));
        Duration timeout =
                Duration.ofMillis(random.nextBoolean() ? 1 + random.nextInt(30) : 500 + random.nextInt(4000));
        Acquirable what = random.nextInt(3) == 0
                ? client.semaphore(semaphoreKey, limit).withAcquireTimeout(timeout)
                : client.lock(keys.get(random.nextInt(keys.size()))).withAcquireTimeout(timeout);
        long micros = random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(1500);
        switch (random.nextInt(8)) {
            case 0, 1 -> interrupted(what, micros);
            case 2 -> cancelled(what, micros);
            case 3 -> completedByOthers(what, micros, random);
            case 4 -> timedOut(what, micros);
            case 5 -> enqueuedAndClosed(what, micros, random);
            case 6 -> enqueuedAndCancelled(what, micros);
            default -> patient(what);
        }
    }

    private void patient(Acquirable what) throws InterruptedException {
        try {
            use(what.acquire());
        } catch (LockTimeoutException | RequestTimeoutException | ServerUnreachableException ex) {
            withdrawn.incrementAndGet();
        }
    }

    private void interrupted(Acquirable what, long micros) {
        Interruption interruption = new Interruption(Thread.currentThread());
        disturber.schedule(interruption::strike, micros, TimeUnit.MICROSECONDS);
        Optional<LockHandle> granted = Optional.empty();
        try {
            granted = Optional.of(what.acquire());
        } catch (InterruptedException
                | LockTimeoutException
                | RequestTimeoutException
                | ServerUnreachableException ex) {
            withdrawn.incrementAndGet();
        } finally {
            interruption.stop();
        }
        granted.ifPresent(this::use);
    }

    private void cancelled(Acquirable what, long micros) throws InterruptedException {
        CompletableFuture<LockHandle> asked = what.acquireAsync();
        disturber.schedule(() -> asked.cancel(true), micros, TimeUnit.MICROSECONDS);
        outcome(asked);
    }

    private void completedByOthers(Acquirable what, long micros, Random random) throws InterruptedException {
        CompletableFuture<Optional<LockHandle>> asked =
                random.nextBoolean() ? what.tryAcquireAsync() : what.tryAcquireAsync(Duration.ofSeconds(3));
        disturber.schedule(() -> asked.complete(Optional.empty()), micros, TimeUnit.MICROSECONDS);
        CompletableFuture<LockHandle> handle =
                asked.thenApply(granted -> granted.orElseThrow(CancellationException::new));
        outcome(handle);
    }

    private void timedOut(Acquirable what, long micros) throws InterruptedException {
        outcome(what.acquireAsync().orTimeout(micros, TimeUnit.MICROSECONDS));
    }

    private void outcome(CompletableFuture<LockHandle> asked) throws InterruptedException {
        LockHandle granted;
        try {
            granted = asked.get(60, TimeUnit.SECONDS);
        } catch (CancellationException | ExecutionException | CompletionException ex) {
            withdrawn.incrementAndGet();
            return;
        } catch (TimeoutException ex) {
            throw new AssertionError("a future was never completed", ex);
        }
        use(granted);
    }

    private void enqueuedAndClosed(Acquirable what, long micros, Random random) throws InterruptedException {
        Interruption interruption = new Interruption(Thread.currentThread());
        Optional<LockHandle> granted = Optional.empty();
        try (QueuedAcquisition place = what.enqueue()) {
            if (random.nextBoolean()) {
                LockSupport.parkNanos(micros * 1000);
            } else {
                disturber.schedule(interruption::strike, micros, TimeUnit.MICROSECONDS);
            }
            if (random.nextBoolean()) {
                granted = place.tryAwait(Duration.ofMillis(random.nextInt(2500)));
            }
        } catch (InterruptedException | DflockdException ex) {
            withdrawn.incrementAndGet();
        } finally {
            interruption.stop();
        }
        granted.ifPresent(this::use);
    }

    private void enqueuedAndCancelled(Acquirable what, long micros) throws InterruptedException {
        CompletableFuture<QueuedAcquisition> enqueued = what.enqueueAsync();
        CompletableFuture<LockHandle> granted = enqueued.thenCompose(
                place -> place.awaitAsync(Duration.ofSeconds(2)).orTimeout(micros, TimeUnit.MICROSECONDS));
        disturber.schedule(() -> enqueued.cancel(true), micros / 2, TimeUnit.MICROSECONDS);
        outcome(granted);
    }

    private void use(LockHandle handle) {
        AtomicInteger count = holders.computeIfAbsent(handle.key(), key -> new AtomicInteger());
        try {
            int now = count.incrementAndGet();
            assertThat(now)
                    .as("holders of %s", handle.key())
                    .isLessThanOrEqualTo(handle.key().equals(semaphoreKey) ? limit : 1);
            assertThat(handle.isHeld()).isTrue();
            grants.incrementAndGet();
            LockSupport.parkNanos(100_000);
        } finally {
            count.decrementAndGet();
            handle.close();
        }
    }

    /** An interrupt that never strikes after it was stopped. */
    private static final class Interruption {

        private final Thread thread;

        private boolean stopped;

        private boolean struck;

        Interruption(Thread thread) {
            this.thread = thread;
        }

        synchronized void strike() {
            if (!stopped) {
                struck = true;
                thread.interrupt();
            }
        }

        synchronized void stop() {
            stopped = true;
            boolean interrupted = Thread.interrupted();
            assertThat(interrupted && !struck)
                    .as("interrupted by somebody else than this")
                    .isFalse();
        }
    }
}
