package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.ServerView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interrupt ends every verb that waits, at once, and leaves nothing at the server. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class InterruptIntegrationTests {

    /** What a verb would wait. */
    private static final Duration LONG = Duration.ofSeconds(3);

    /** Less than the rest of it when the interrupt comes. */
    private static final long AT_ONCE_MILLIS = 2_500;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    /** Verbs that throw InterruptedException. The key {@code busy} is held by somebody else. */
    private enum Verb {
        ACQUIRE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("busy").withAcquireTimeout(LONG).acquire();
            }
        },
        ACQUIRE_ON_THE_WAY {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("stalled").acquire();
            }
        },
        TRY_ACQUIRE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("stalled").tryAcquire();
            }
        },
        TRY_ACQUIRE_FOR_A_WHILE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("busy").tryAcquire(LONG);
            }
        },
        SEMAPHORE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.semaphore("busy-semaphore", 1).withAcquireTimeout(LONG).acquire();
            }
        },
        ENQUEUE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("stalled").enqueue();
            }
        },
        AWAIT {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("busy").enqueue().await(LONG);
            }
        },
        TRY_AWAIT {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.lock("busy").enqueue().tryAwait(LONG);
            }
        },
        CONNECT {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.connect();
            }
        },
        STATS {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.stats();
            }
        },
        EMIT {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.signals().emit("c", "x");
            }
        },
        TAKE {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.signals().stream("c").take();
            }
        },
        POLL {
            @Override
            void call(DflockdClient client) throws InterruptedException {
                client.signals().stream("c").poll(Duration.ofSeconds(20));
            }
        };

        abstract void call(DflockdClient client) throws InterruptedException;
    }

    /** Runs a verb on a thread of its own; completes with what it threw, and whether the flag was set then. */
    private static CompletableFuture<String> run(Verb verb, DflockdClient client, Consumer<Thread> begin) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            begin.accept(Thread.currentThread());
            try {
                verb.call(client);
                outcome.complete("returned");
            } catch (InterruptedException ex) {
                outcome.complete(Thread.currentThread().isInterrupted() ? "thrown, and the flag" : "thrown");
            } catch (Throwable ex) {
                outcome.completeExceptionally(ex);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    private TestServer server;

    private LockHandle busy;

    private LockHandle busySemaphore;

    private DflockdClient client() throws InterruptedException {
        server = servers.start();
        DflockdClient other = servers.client(server);
        busy = other.lock("busy").acquire();
        busySemaphore = other.semaphore("busy-semaphore", 1).acquire();
        server.faults().inject(Fault.delayRequest(LONG), FaultTarget.command("stats", "signal"));
        server.faults().inject(Fault.delayRequest(LONG), FaultTarget.key("stalled"));
        server.faults().inject(Fault.delayRequest(LONG), FaultTarget.key("_"));
        return servers.client(server);
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void interruptEndsAVerbThatWaits(Verb verb) throws Exception {
        DflockdClient client = client();
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<String> outcome = run(verb, client, started::complete);
        Thread thread = started.get(5, TimeUnit.SECONDS);
        await().atMost(SOON)
                .until(() ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        // It has to be in the verb, not in the making of the client's classes.
        await().pollDelay(Duration.ofMillis(300)).atMost(SOON).until(() -> true);
        thread.interrupt();
        assertThat(outcome.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("thrown");
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(Verb.class)
    void verbOfAnInterruptedThreadAsksForNothing(Verb verb) throws Exception {
        DflockdClient client = client();
        // A request on a connection that is open leaves at once.
        client.lock("earlier").acquire().close();
        long before = requests();
        CompletableFuture<String> outcome = run(verb, client, Thread::interrupt);
        assertThat(outcome.get(5, TimeUnit.SECONDS)).isEqualTo("thrown");
        // Behind what the verb may have sent.
        client.lock("later").acquire().close();
        await().during(Duration.ofMillis(100)).atMost(SOON).until(() -> requests() == before + 1);
        assertNothingIsLeft();
    }

    // --- of what is there already

    private CompletableFuture<String> interrupted(Waiting verb) throws Exception {
        CompletableFuture<Thread> started = new CompletableFuture<>();
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            started.complete(Thread.currentThread());
            try {
                outcome.complete("returned " + verb.call()
                        + (Thread.currentThread().isInterrupted() ? " with the flag" : " without the flag"));
            } catch (InterruptedException ex) {
                outcome.complete(Thread.currentThread().isInterrupted() ? "thrown, and the flag" : "thrown");
            } catch (Throwable ex) {
                outcome.completeExceptionally(ex);
            }
        });
        thread.setDaemon(true);
        thread.start();
        started.get(5, TimeUnit.SECONDS);
        await().atMost(SOON)
                .until(() ->
                        thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        await().pollDelay(Duration.ofMillis(300)).atMost(SOON).until(() -> true);
        thread.interrupt();
        return outcome;
    }

    private interface Waiting {

        Object call() throws Exception;
    }

    @Test
    void interruptEndsTheAwaitOfALeadershipAndTheCandidacyGoesOn() throws Exception {
        servers.start();
        LockHandle other = servers.client().lock("leader:r").acquire();
        LeaderElection election = servers.client().leaderElection("r").start();
        CompletableFuture<String> outcome = interrupted(() -> election.await(Duration.ofSeconds(20)));
        assertThat(outcome.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("thrown");
        other.close();
        assertThat(election.await(SOON)).isTrue();
        election.close();
    }

    private LockHandle suspended() throws Exception {
        server = servers.start(settings -> settings.autoReleaseOnDisconnect(false));
        LockHandle handle = servers.client(settings -> settings.serverAutoRelease(false))
                .lock("k")
                .acquire();
        server.faults().refuseConnections();
        server.faults().cut(server.view().holders("k").get(0).connectionId());
        await().atMost(SOON).until(() -> handle.state() == LockHandle.State.SUSPENDED);
        return handle;
    }

    @Test
    void interruptEndsTheAwaitOfALockThatIsSuspended() throws Exception {
        LockHandle handle = suspended();
        CompletableFuture<String> outcome = interrupted(() -> handle.awaitHeld(Duration.ofSeconds(20)));
        assertThat(outcome.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("thrown");
        assertThat(handle.state()).isEqualTo(LockHandle.State.SUSPENDED);
        server.faults().clear();
        assertThat(handle.awaitHeld(SOON)).isTrue();
        handle.close();
    }

    @Test
    void interruptDoesNotEndAnAwaitThatSaysSo() throws Exception {
        LockHandle handle = suspended();
        CompletableFuture<String> outcome = interrupted(handle::awaitHeldUninterruptibly);
        await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> !outcome.isDone());
        server.faults().clear();
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("returned true with the flag");
        handle.close();
    }

    @Test
    void interruptEndsTheDrainOfASubscriptionWhichIsClosedNevertheless() throws Exception {
        assumeTrue(TestServer.haveSignals(), "the server has no signals");
        servers.start();
        DflockdClient client = servers.client();
        CountDownLatch handling = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        SignalSubscription subscription = client.signals().subscribe("c", signal -> {
            handling.countDown();
            try {
                go.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        });
        subscription.ready().get(10, TimeUnit.SECONDS);
        client.signals().emit("c", "x");
        assertThat(handling.await(10, TimeUnit.SECONDS)).isTrue();
        try {
            CompletableFuture<String> outcome = interrupted(() -> subscription.close(Duration.ofSeconds(20)));
            assertThat(outcome.get(AT_ONCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("thrown");
            assertThat(subscription.isClosed()).isTrue();
        } finally {
            go.countDown();
        }
    }

    @Test
    void interruptEndsNeitherASnapshotNorTheCloseOfAnElection() throws Exception {
        server = servers.start();
        DflockdClient client = servers.client();
        LockHandle held = client.lock("k").acquire();
        LeaderElection election = client.leaderElection("r")
                .onRevoked((leadership, reason) -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500)))
                .start();
        assertThat(election.await(SOON)).isTrue();
        Thread.currentThread().interrupt();
        assertThat(client.snapshot().held()).hasSize(2);
        assertThat(Thread.currentThread().isInterrupted()).as("the flag").isTrue();
        election.close();
        assertThat(Thread.interrupted()).as("the flag").isTrue();
        assertThat(election.state()).isEqualTo(LeaderElection.State.CLOSED);
        assertThat(server.view().holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.key()).isEqualTo("k"));
        held.close();
    }

    /** The requests that change something. */
    private long requests() {
        ServerView view = server.view();
        return ServerState.acquireRequests(view) + view.count("w") + view.count("signal");
    }

    private void assertNothingIsLeft() {
        server.await(
                view -> view.holders("stalled").isEmpty()
                        && view.waiters().isEmpty()
                        && view.holders().size() == 2,
                Duration.ofSeconds(20));
        assertThat(busy.isHeld()).isTrue();
        assertThat(busySemaphore.isHeld()).isTrue();
    }
}
