package io.dflockd.client.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SignalThreadsTests {

    private final AtomicBoolean noThreads = new AtomicBoolean();

    private final Queue<Runnable> later = new ConcurrentLinkedQueue<>();

    private final SignalThreads threads = new SignalThreads(2, this::worker, later::add);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    /**
     * Java 21 and later start a worker by another method than {@code start()}; Java 17 never recovers from a factory that
     * throws, but does from a thread that cannot be started.
     */
    private ForkJoinWorkerThread worker(ForkJoinPool pool) {
        if (Runtime.version().feature() >= 21) {
            failIfThereAreNoThreads();
        }
        return new SignalThreads.Worker((SignalThreads) pool) {
            @Override
            public void start() {
                failIfThereAreNoThreads();
                super.start();
            }
        };
    }

    private void failIfThereAreNoThreads() {
        if (noThreads.get()) {
            throw new OutOfMemoryError("unable to create native thread, as it were");
        }
    }

    @Test
    void tasksRunWhenThreadsCanBeStartedAgain() {
        noThreads.set(true);
        List<Integer> ran = new CopyOnWriteArrayList<>();
        int failed = 0;
        for (int i = 0; i < 3; i++) {
            int number = i;
            try {
                threads.execute(() -> ran.add(number));
            } catch (OutOfMemoryError ex) {
                failed++;
            }
        }
        assertThat(failed).isPositive();
        assertThat(later).hasSize(1);
        later.remove().run();
        assertThat(later).as("still no thread").hasSize(1);
        noThreads.set(false);
        later.remove().run();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ran).containsExactlyInAnyOrder(0, 1, 2));
    }

    @Test
    void blockedHandlersDoNotStartMoreThreadsThanConfigured() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        List<Thread> seen = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 10; i++) {
            threads.execute(() -> {
                seen.add(Thread.currentThread());
                try {
                    blocked.await();
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() == 2);
        blocked.countDown();
        await().atMost(Duration.ofSeconds(10)).until(() -> seen.size() == 10);
        assertThat(seen.stream().distinct()).hasSizeLessThanOrEqualTo(2);
        assertThat(seen).allMatch(Thread::isDaemon);
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }
}
