package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Releases that are sent but not awaited, on real connections. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SentReleaseIntegrationTests {

    private static final int ROUNDS = 2_000;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private DflockdClient client(DflockdClientListener... listeners) {
        return servers.client(settings -> {
            settings.release(ReleaseMode.SENT);
            List.of(listeners).forEach(settings::listener);
            return settings;
        });
    }

    @Test
    void nextTryOfTheClientNeverFindsItsOwnRelease() throws Exception {
        DistributedLock lock = client().lock(servers.key());
        for (int i = 0; i < ROUNDS; i++) {
            Optional<LockHandle> handle = lock.tryAcquire();
            assertThat(handle).as("round %s", i).isPresent();
            assertThat(handle.get().release()).isTrue();
        }
    }

    @Test
    void norDoesATryAfterALockThatWasWaitedFor() throws Exception {
        DistributedLock lock = client().lock(servers.key());
        DflockdClient observer = servers.client();
        DistributedLock other = observer.lock(lock.key());
        for (int i = 0; i < 50; i++) {
            LockHandle first = other.acquire();
            Future<LockHandle> waiting = lock.acquireAsync();
            ServerState.awaitWaiters(observer, lock.key(), 1);
            first.close();
            waiting.get(20, TimeUnit.SECONDS).close();
            Optional<LockHandle> next = lock.tryAcquire();
            assertThat(next).as("round %s", i).isPresent();
            next.get().close();
        }
    }

    @Test
    void manyThreadsCountRight() throws Exception {
        DistributedLock lock = client().lock(servers.key());
        int[] counter = new int[1];
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                done.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        try (LockHandle held = lock.acquire()) {
                            held.ensureHeld();
                            counter[0]++;
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> thread : done) {
                thread.get(50, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(counter[0]).isEqualTo(800);
    }

    @Test
    void releaseIsFreeForOthersAtOnce() throws Exception {
        DistributedLock lock = client().lock(servers.key());
        LockHandle held = lock.acquire();
        Future<LockHandle> other = servers.client().lock(lock.key()).acquireAsync();
        held.close();
        other.get(5, TimeUnit.SECONDS).close();
    }

    @Test
    void releaseThatIsNotAnsweredIsReported() throws Exception {
        TestServer server = servers.start();
        Events events = new Events();
        DflockdClient client = servers.client(settings -> settings.release(ReleaseMode.SENT)
                .requestTimeout(Duration.ofMillis(300))
                .listener(events));
        LockHandle handle = client.lock("k").acquire();
        server.faults().inject(Fault.ignore(), FaultTarget.key("k"));
        assertThat(handle.release()).as("it was held").isTrue();
        await().atMost(SOON).until(() -> events.count("releaseUnconfirmed k") == 1);
        assertThat(events.all()).contains("released k false");
        assertThat(events.count("lost")).isZero();
    }

    @Test
    void listenerForTroubleOnlyIsNotToldOfTheRest() throws Exception {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        DflockdClient client = client(new DflockdClientListener() {
            @Override
            public boolean wantsRoutineEvents() {
                return false;
            }

            @Override
            public void acquired(Subject subject, Duration waited) {
                told.add("acquired");
            }

            @Override
            public void released(Subject subject, Duration held, boolean confirmed) {
                told.add("released " + confirmed);
            }

            @Override
            public void lost(Subject subject, LossReason reason) {
                told.add("lost");
            }
        });
        client.lock(servers.key()).acquire().close();
        LockHandle handle =
                client.lock(servers.key()).withHoldAtMost(Duration.ofMillis(50)).acquire();
        await().atMost(SOON).until(() -> told.contains("lost"));
        assertThat(told).containsExactly("lost");
        assertThat(handle.isHeld()).isFalse();
    }
}
