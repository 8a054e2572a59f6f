package io.dflockd.client;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Every future of the API, in each of its outcomes. */
enum AsyncVerb {
    ACQUIRE_GRANTED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.lock().acquireAsync();
        }
    },

    ACQUIRE_REFUSED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.answer("l", "error_max_locks");
            return scene.lock().acquireAsync();
        }
    },

    ACQUIRE_TIMED_OUT {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.lock().withAcquireTimeout(Duration.ofMillis(200)).acquireAsync();
        }
    },

    ACQUIRE_OF_A_CLIENT_THAT_CLOSES {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.closing(scene.lock().acquireAsync());
        }
    },

    TRY_GRANTED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.lock().tryAcquireAsync();
        }
    },

    TRY_BUSY {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.lock().tryAcquireAsync();
        }
    },

    TRY_OF_ANOTHER_LIMIT {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.client().semaphore("k", 2).acquire();
            return scene.client().semaphore("k", 3).tryAcquireAsync();
        }
    },

    TRY_TIMED_OUT {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.lock().tryAcquireAsync(Duration.ofMillis(200));
        }
    },

    HELD {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            return scene.lock().acquire().heldAsync();
        }
    },

    ELECTION_CLOSE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            LeaderElection election = scene.client().leaderElection("r").start();
            election.await(Duration.ofSeconds(5));
            return election.closeAsync();
        }
    },

    RELEASE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            return scene.lock().acquire().releaseAsync();
        }
    },

    SECOND_RELEASE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            LockHandle handle = scene.lock().acquire();
            Thread releasing = new Thread(handle::release);
            releasing.start();
            while (handle.isHeld()) {
                Thread.onSpinWait();
            }
            return handle.releaseAsync();
        }
    },

    RELEASE_WITHOUT_AN_ANSWER {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            LockHandle handle = scene.lock().acquire();
            scene.server().faults().inject(Fault.cut(), FaultTarget.command("r"));
            return handle.releaseAsync();
        }
    },

    RENEW {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            return scene.lock().acquire().renewAsync();
        }
    },

    RENEW_WITH_ANOTHER_LEASE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            return scene.lock().acquire().renewAsync(Duration.ofSeconds(50));
        }
    },

    RELEASE_BEFORE_THE_MINIMUM_TIME {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            return scene.lock()
                    .withHoldAtLeast(Duration.ofMillis(300))
                    .acquire()
                    .releaseAsync();
        }
    },

    RENEW_OF_A_LOST_HANDLE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            LockHandle handle = scene.lock().acquire();
            scene.answer("n", "error_lease_expired");
            return handle.renewAsync();
        }
    },

    ENQUEUE_ACQUIRED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.lock().enqueueAsync();
        }
    },

    ENQUEUE_QUEUED {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.lock().enqueueAsync();
        }
    },

    ENQUEUE_REFUSED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.answer("e", "error_max_locks");
            return scene.lock().enqueueAsync();
        }
    },

    AWAIT_GRANTED {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            LockHandle held = scene.lock().acquire();
            QueuedAcquisition place = scene.lock().enqueue();
            CompletableFuture<LockHandle> granted = place.awaitAsync(Duration.ofSeconds(5));
            held.release();
            return granted;
        }
    },

    AWAIT_TIMED_OUT {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            return scene.lock().enqueue().awaitAsync(Duration.ofMillis(200));
        }
    },

    AWAIT_OF_A_PLACE_THAT_ENDED {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            scene.lock().acquire();
            QueuedAcquisition place = scene.lock().enqueue();
            CompletableFuture<LockHandle> granted = place.awaitAsync(Duration.ofSeconds(5));
            place.close();
            return granted;
        }
    },

    STATS {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.client().statsAsync(scene.client().servers().get(0));
        }
    },

    STATS_REFUSED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.answer("stats", "error_draining");
            return scene.client().statsAsync(scene.client().servers().get(0));
        }
    },

    STATS_NOT_ANSWERED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.server().faults().inject(Fault.stall(), FaultTarget.command("stats"));
            return scene.client().statsAsync(scene.client().servers().get(0));
        }
    },

    STATS_OF_A_CLIENT_THAT_CLOSES {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.closing(
                    scene.client().statsAsync(scene.client().servers().get(0)));
        }
    },

    EMIT {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.client().signals().emitAsync("c", "x");
        }
    },

    EMIT_REFUSED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.answer("signal", "error");
            return scene.client().signals().emitAsync("c", "x");
        }
    },

    EMIT_NOT_ANSWERED {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.server().faults().inject(Fault.stall(), FaultTarget.command("signal"));
            return scene.client().signals().emitAsync("c", "x");
        }
    },

    SUBSCRIPTION_READY {
        @Override
        CompletableFuture<?> call(Scene scene) {
            return scene.client().signals().subscribe("c", signal -> {}).ready();
        }
    },

    SUBSCRIPTION_CLOSED_BEFORE_IT_IS_READY {
        @Override
        CompletableFuture<?> call(Scene scene) {
            scene.server().faults().inject(Fault.stall(), FaultTarget.command("listen"));
            SignalSubscription subscription = scene.client().signals().subscribe("c", signal -> {});
            CompletableFuture<?> ready = subscription.ready();
            later(subscription::close);
            return ready;
        }
    },

    SUBSCRIPTION_CLOSE {
        @Override
        CompletableFuture<?> call(Scene scene) throws InterruptedException {
            SignalSubscription subscription = scene.client().signals().subscribe("c", signal -> {});
            return subscription.closeAsync(Duration.ofSeconds(1));
        }
    };

    /** The server and the client of a call. */
    record Scene(TestServer server, DflockdClient client) {

        DistributedLock lock() {
            return client.lock("k");
        }

        void answer(String command, String line) {
            server.faults().inject(Fault.answer(line), FaultTarget.command(command));
        }

        <T> CompletableFuture<T> closing(CompletableFuture<T> future) {
            later(client::close);
            return future;
        }
    }

    abstract CompletableFuture<?> call(Scene scene) throws InterruptedException;

    /** A moment later, when the caller has had the time to attach a continuation. */
    private static void later(Runnable task) {
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(task);
    }
}
