package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A verb that runs out of stack leaves nothing: the lock is free, and a handle can still be released. In JVMs of their
 * own, because a class that runs out of stack while it is initialized is lost for all other tests.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class StackOverflowIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    enum Verb {
        ACQUIRE {
            @Override
            void call(Dives dives) throws Exception {
                dives.handles.add(dives.client.lock(dives.key()).acquire());
            }
        },
        TRY_ACQUIRE {
            @Override
            void call(Dives dives) throws Exception {
                dives.handles.add(dives.client
                        .lock(dives.key())
                        .tryAcquire(Duration.ofSeconds(5))
                        .orElseThrow());
            }
        },
        ACQUIRE_ASYNC {
            @Override
            void call(Dives dives) {
                dives.asked.add(dives.client.lock(dives.key()).acquireAsync());
            }
        },
        ENQUEUE {
            @Override
            void call(Dives dives) throws Exception {
                dives.places.add(dives.client.lock(dives.key()).enqueue());
            }
        },
        RELEASE {
            @Override
            void call(Dives dives) {
                dives.handles.get(dives.next++ % dives.handles.size()).close();
            }
        },
        RELEASE_ASYNC {
            @Override
            void call(Dives dives) {
                dives.handles.get(dives.next++ % dives.handles.size()).releaseAsync();
            }
        };

        abstract void call(Dives dives) throws Exception;
    }

    /** Calls a verb again and again near the end of the stack, a little further away each time. */
    static final class Dives {

        private static final int ROUNDS = 12;

        private final DflockdClient client;

        private final Verb verb;

        private final List<LockHandle> handles = new ArrayList<>();

        private final List<CompletableFuture<LockHandle>> asked = new ArrayList<>();

        private final List<QueuedAcquisition> places = new ArrayList<>();

        private int next;

        private int keys;

        private int succeeded;

        private int failed;

        private Dives(DflockdClient client, Verb verb) {
            this.client = client;
            this.verb = verb;
        }

        private String key() {
            return "k" + keys++;
        }

        public static void main(String[] args) throws Exception {
            DflockdClient client = DflockdClient.builder()
                    .servers(args[0])
                    .requestTimeout(Duration.ofSeconds(3))
                    // A release that finds no stack is done with the next renewal.
                    .lease(Duration.ofSeconds(2))
                    .build();
            new Dives(client, Verb.valueOf(args[1])).run();
            System.exit(0);
        }

        private void run() throws Exception {
            // All classes are there before the first dive.
            for (int i = 0; i < 30; i++) {
                client.lock("warm-up").acquire().close();
                client.lock("warm-up")
                        .acquireAsync()
                        .thenCompose(LockHandle::releaseAsync)
                        .join();
                client.lock("warm-up")
                        .tryAcquire(Duration.ofSeconds(5))
                        .orElseThrow()
                        .close();
            }
            client.lock("warm-up").enqueue().close();
            if (verb == Verb.RELEASE || verb == Verb.RELEASE_ASYNC) {
                for (int i = 0; i < ROUNDS * 40; i++) {
                    handles.add(client.lock(key()).acquire());
                }
            }
            for (int round = 0; round < ROUNDS; round++) {
                Thread thread = new Thread(null, () -> dive(0, 0), "diver", (200 + round) * 1024L);
                thread.setDaemon(true);
                thread.start();
                thread.join(20_000);
                if (thread.isAlive()) {
                    System.out.println("hangs");
                    return;
                }
            }
            System.out.println("enough stack for some " + (succeeded > 0) + ", not for others " + (failed > 0));
            Thread ending = new Thread(this::release, "ending");
            ending.setDaemon(true);
            ending.start();
            ending.join(20_000);
            System.out.println("released " + !ending.isAlive());
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            long left;
            do {
                left = client.stats().values().iterator().next().locks().size();
            } while (left > 0 && end - System.nanoTime() > 0);
            System.out.println("held by nobody " + left);
        }

        private int dive(int depth, int ignored) {
            int deeper = 0;
            try {
                deeper = dive(depth + 1, ignored + 1);
            } catch (StackOverflowError ex) {
                deeper = 100;
            }
            if (deeper <= 0) {
                return 0;
            }
            try {
                verb.call(this);
                succeeded++;
                return deeper - 10;
            } catch (StackOverflowError ex) {
                failed++;
            } catch (Exception | Error ex) {
                System.out.println("failed " + ex);
            }
            return deeper - 1;
        }

        /** Callers release their handles, so that only orphans are left. */
        private void release() {
            List<CompletableFuture<Boolean>> released = new ArrayList<>();
            asked.forEach(one -> handles.add(one.join()));
            handles.forEach(handle -> released.add(handle.releaseAsync()));
            places.forEach(QueuedAcquisition::close);
            released.forEach(CompletableFuture::join);
        }
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void verbWithoutStackLeavesNothingBehind(Verb verb) throws Exception {
        TestServer server = servers.start(settings -> settings.maxLocks(100_000));
        servers.mayLeaveTraces();
        ChildJvm child = ChildJvm.start(Dives.class, List.of("-Xmx128m"), server.address(), verb.name());
        try {
            assertThat(child.linesUntilEnd(Duration.ofSeconds(90)))
                    .filteredOn(line -> !line.contains("WARN"))
                    .containsExactly(
                            "enough stack for some true, not for others true", "released true", "held by nobody 0");
        } finally {
            child.kill();
        }
    }
}
