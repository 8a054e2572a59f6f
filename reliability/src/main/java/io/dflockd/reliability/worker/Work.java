package io.dflockd.reliability.worker;

import io.dflockd.client.Acquirable;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.reliability.history.History;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One thread of a worker: takes locks and slots in all ways, and holds them for a while. */
final class Work implements Callable<Void> {

    private static final Duration SHORT_HOLD = Duration.ofMillis(20);

    /** Of one hold in five, so that failures meet locks that are held. */
    private static final Duration LONG_HOLD = Duration.ofMillis(1200);

    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(2);

    private final DflockdClient client;

    private final History history;

    private final Calls calls;

    private final WorkerSettings settings;

    private final Random random;

    private final AtomicBoolean stopped;

    Work(DflockdClient client, History history, WorkerSettings settings, int number, AtomicBoolean stopped) {
        this.client = client;
        this.history = history;
        this.calls = new Calls(history);
        this.settings = settings;
        this.random = new Random(settings.seed() * 1000 + number);
        this.stopped = stopped;
    }

    @Override
    public Void call() throws InterruptedException, IOException {
        while (!stopped.get()) {
            try {
                once(random.nextInt(settings.keys()));
            } catch (DflockdException ex) {
                // A server is away. The client waits before it connects again, and so does this.
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        return null;
    }

    private void once(int number) throws InterruptedException, IOException {
        String lock = "lock-" + number;
        int way = random.nextInt(10);
        if (way < 2) {
            nested(number);
        } else if (way < 4) {
            String semaphore = "semaphore-" + number;
            acquire(semaphore, client.semaphore(semaphore, settings.permits()));
        } else {
            acquire(lock, client.lock(lock));
        }
    }

    private void acquire(String resource, Acquirable<?> lock) throws InterruptedException, IOException {
        long now = System.nanoTime();
        Held.Request request = new Held.Request(resource, now, 0);
        switch (random.nextInt(6)) {
            case 0 ->
                hold(
                        request,
                        calls.timed("try", Limits.CONNECT.plus(Limits.REQUEST), resource, () -> lock.tryAcquire()));
            case 1, 2 -> twoPhase(request, lock);
            case 3 -> hold(request, async(resource, lock));
            case 4 -> hold(request, throwing(resource, lock));
            default -> hold(request, calls.timed("acquire", Limits.WAIT, resource, () -> lock.tryAcquire(Limits.WAIT)));
        }
    }

    private Optional<LockHandle> throwing(String resource, Acquirable<?> lock) throws InterruptedException {
        try {
            return calls.timed(
                    "acquire",
                    Limits.WAIT,
                    resource,
                    () -> Optional.of(lock.withAcquireTimeout(Limits.WAIT).acquire()));
        } catch (LockTimeoutException ex) {
            return Optional.empty();
        }
    }

    private Optional<LockHandle> async(String resource, Acquirable<?> lock) throws InterruptedException {
        CompletableFuture<Optional<LockHandle>> future = lock.tryAcquireAsync(Limits.WAIT);
        if (random.nextInt(10) == 0) {
            future.cancel(false);
            return Optional.empty();
        }
        return calls.timed("acquireAsync", Limits.WAIT, resource, () -> get(future));
    }

    private static <T> T get(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException ex) {
            if (ex.getCause() instanceof DflockdException failure) {
                throw failure;
            }
            throw new IllegalStateException("a future has failed with an unexpected exception", ex);
        }
    }

    private void twoPhase(Held.Request request, Acquirable<?> lock) throws InterruptedException, IOException {
        String resource = request.resource();
        try (QueuedAcquisition place =
                calls.timed("enqueue", Limits.CONNECT.plus(Limits.REQUEST), resource, lock::enqueue)) {
            long now = System.nanoTime();
            boolean queued = place.state() == QueuedAcquisition.State.QUEUED;
            Held.Request confirmed = new Held.Request(resource, request.askedAt(), queued ? now : 0);
            if (random.nextInt(4) == 0) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1000));
            }
            hold(confirmed, calls.timed("await", Limits.WAIT, resource, () -> place.tryAwait(Limits.WAIT)));
        }
    }

    /** In the order of the numbers, so that no two threads wait for each other. */
    private void nested(int number) throws InterruptedException, IOException {
        if (number + 1 == settings.keys()) {
            return;
        }
        String outer = "lock-" + number;
        String inner = "lock-" + (number + 1);
        Held.Request request = new Held.Request(outer, System.nanoTime(), 0);
        Optional<LockHandle> granted = calls.timed(
                "acquire", Limits.WAIT, outer, () -> client.lock(outer).tryAcquire(Limits.WAIT));
        if (granted.isPresent()) {
            Held held = new Held(request, granted.get(), history, calls);
            try {
                acquire(inner, client.lock(inner));
                held.sample();
            } finally {
                held.end();
            }
        }
    }

    private void hold(Held.Request request, Optional<LockHandle> granted) throws InterruptedException, IOException {
        if (granted.isEmpty()) {
            return;
        }
        Held held = new Held(request, granted.get(), history, calls);
        try {
            FencedStore store = new FencedStore(settings.folder(), request.resource());
            boolean stores = request.resource().startsWith("lock") && random.nextBoolean();
            OptionalLong read = stores ? held.read(store) : OptionalLong.empty();
            Duration longest = random.nextInt(5) == 0 ? LONG_HOLD : SHORT_HOLD;
            long until = System.nanoTime() + random.nextInt((int) longest.toNanos());
            while (held.sample() && System.nanoTime() - until < 0) {
                TimeUnit.NANOSECONDS.sleep(BETWEEN_SAMPLES.toNanos());
            }
            if (read.isPresent()) {
                held.write(store, read.getAsLong());
            }
        } finally {
            held.end();
        }
    }
}
