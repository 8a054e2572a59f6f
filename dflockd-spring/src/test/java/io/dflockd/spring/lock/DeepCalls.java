package io.dflockd.spring.lock;

import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionTimeoutException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes guarded calls near the end of the stack, a little further away each time. Run in a JVM of its own by
 * {@link StackOverflowTests}: a class that runs out of stack while it is initialized is lost for all other tests.
 */
public class DeepCalls {

    private static final int ROUNDS = 12;

    private static final Duration LEASE = Duration.ofSeconds(4);

    enum Form {
        METHOD {
            @Override
            void call(DeepCalls calls, String key) {
                calls.guarded.method(key);
            }
        },
        STAGE {
            @Override
            void call(DeepCalls calls, String key) {
                calls.asked.add(calls.guarded.stage(key));
            }
        },
        EXECUTE {
            @Override
            void call(DeepCalls calls, String key) {
                calls.template.execute(key, handle -> handle.isHeld());
            }
        },
        TRY_EXECUTE {
            @Override
            void call(DeepCalls calls, String key) {
                calls.template.tryExecute(key, LockOptions.defaults(), handle -> handle.isHeld());
            }
        },
        EXECUTE_ASYNC {
            @Override
            void call(DeepCalls calls, String key) {
                calls.asked.add(calls.template.executeAsync(
                        key, LockOptions.defaults(), handle -> CompletableFuture.completedFuture(handle.isHeld())));
            }
        },
        TRY_EXECUTE_ASYNC {
            @Override
            void call(DeepCalls calls, String key) {
                calls.asked.add(calls.template.tryExecuteAsync(
                        key, LockOptions.defaults(), handle -> CompletableFuture.completedFuture(handle.isHeld())));
            }
        },
        ACQUIRE {
            @Override
            void call(DeepCalls calls, String key) {
                calls.handles.add(calls.template.acquire(key, LockOptions.defaults()));
            }
        },
        TRY_ACQUIRE {
            @Override
            void call(DeepCalls calls, String key) {
                calls.template.tryAcquire(key, LockOptions.defaults()).ifPresent(calls.handles::add);
            }
        };

        abstract void call(DeepCalls calls, String key);
    }

    static class Guarded {

        @DistributedLocked(name = "method", key = "#key")
        public boolean method(String key) {
            return LockContext.current().isHeld();
        }

        @DistributedLocked(name = "stage", key = "#key")
        public CompletableFuture<Boolean> stage(String key) {
            return CompletableFuture.completedFuture(LockContext.current().isHeld());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Application {

        @Bean(destroyMethod = "close")
        DflockdClient client() {
            return DflockdClient.builder()
                    .servers(System.getProperty("server"))
                    // A release that finds no stack is done with the next renewal.
                    .lease(LEASE)
                    .build();
        }

        @Bean
        Guarded guarded() {
            return new Guarded();
        }
    }

    /** Needs as much stack as a meter does. */
    private record DeepHandler(AtomicInteger running) implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            deep(10, 1);
        }

        @Override
        public void onStop(Observation.Context context) {
            deep(10, -1);
        }

        private void deep(int depth, int change) {
            if (depth == 0) {
                running.addAndGet(change);
            } else {
                deep(depth - 1, change);
            }
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }

    private final Form form;

    private final String name;

    private final ObservationRegistry registry;

    private final AtomicInteger running = new AtomicInteger();

    private final DflockdClient client;

    private final LockTemplate template;

    private final Guarded guarded;

    private final List<LockHandle> handles = new ArrayList<>();

    private final List<CompletableFuture<?>> asked = new ArrayList<>();

    private int keys;

    private int succeeded;

    private int failed;

    private int contexts;

    private int scopes;

    private DeepCalls(Form form, boolean observed) {
        this.form = form;
        this.name = observed ? "observed" : "plain";
        this.registry = observed ? ObservationRegistry.create() : ObservationRegistry.NOOP;
        if (observed) {
            registry.observationConfig().observationHandler(new DeepHandler(running));
        }
        var context = new AnnotationConfigApplicationContext();
        context.registerBean(ObservationRegistry.class, () -> registry);
        context.register(Application.class);
        context.refresh();
        this.client = context.getBean(DflockdClient.class);
        this.guarded = context.getBean(Guarded.class);
        this.template = new LockTemplate(
                client, LockSettings.builder().observationRegistry(registry).build());
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("server", args[0]);
        Form form = Form.valueOf(args[1]);
        List<DeepCalls> all = List.of(new DeepCalls(form, false), new DeepCalls(form, true));
        for (DeepCalls calls : all) {
            calls.dive();
        }
        for (DeepCalls calls : all) {
            System.out.println(calls.name + " ends " + ends(new Thread(calls::release, "ending")));
        }
        for (DeepCalls calls : all) {
            calls.countLocks();
        }
        for (DeepCalls calls : all) {
            calls.countObservations();
        }
        System.exit(0);
    }

    private String key() {
        return name + keys++;
    }

    private void dive() throws Exception {
        // All classes are there before the first deep call.
        for (int i = 0; i < 30; i++) {
            form.call(this, key());
            fail(key());
        }
        for (int round = 0; round < ROUNDS; round++) {
            Thread thread = new Thread(null, this::surface, "diver", (200 + round) * 1024L);
            if (!ends(thread)) {
                System.out.println(name + " hangs");
                return;
            }
        }
        System.out.println(name + " has enough stack for some " + (succeeded > 0) + ", not for others " + (failed > 0));
        System.out.println(name + " contexts left " + contexts + ", scopes left " + scopes);
    }

    /** A call that finds no stack for its release either is released when its handle is garbage. There are few of them. */
    private void countLocks() throws InterruptedException {
        // Twice the time after which a renewal is due.
        awaitNone(() -> heldBy(client), LEASE, () -> {});
        int late = heldBy(client);
        System.out.println(name + " waits for a collection for few " + (late <= failed / 5));
        awaitNone(() -> heldBy(client), LEASE.multipliedBy(5), System::gc);
        System.out.println(name + " locks left " + heldBy(client));
    }

    /** One that finds no stack for its end is ended when its handle is garbage. */
    private void countObservations() {
        awaitNone(running::get, Duration.ofSeconds(10), System::gc);
        System.out.println(name + " observations left " + running.get());
    }

    private static void awaitNone(Callable<Integer> left, Duration atMost, Runnable before) {
        try {
            await().pollInterval(Duration.ofMillis(50)).atMost(atMost).until(() -> {
                before.run();
                return left.call() == 0;
            });
        } catch (ConditionTimeoutException ex) {
            // What is left is printed, and the test decides.
        }
    }

    private static boolean ends(Thread thread) throws InterruptedException {
        thread.setDaemon(true);
        thread.start();
        thread.join(20_000);
        return !thread.isAlive();
    }

    private static int heldBy(DflockdClient client) throws InterruptedException {
        return client.stats().values().iterator().next().locks().size();
    }

    private void fail(String key) {
        try {
            template.execute(key, handle -> {
                throw new StackOverflowError("thrown by the test");
            });
        } catch (StackOverflowError ex) {
            LockContext.find().ifPresent(handle -> contexts++);
        }
    }

    private void surface() {
        dive(0, 0);
        if (LockContext.find().isPresent()) {
            contexts++;
        }
        if (registry.getCurrentObservation() != null) {
            scopes++;
        }
    }

    private int dive(int depth, int ignored) {
        int deeper = 0;
        try {
            deeper = dive(depth + 1, ignored + 1);
        } catch (StackOverflowError ex) {
            deeper = 300;
        }
        if (deeper <= 0) {
            return 0;
        }
        try {
            form.call(this, key());
            succeeded++;
            return deeper - 30;
        } catch (StackOverflowError ex) {
            failed++;
        } catch (Exception | Error ex) {
            System.out.println(name + " failed " + ex);
        }
        return deeper - 1;
    }

    /** Callers release their handles, so that only what nobody has is left. */
    private void release() {
        handles.forEach(LockHandle::release);
        asked.forEach(future -> future.handle((value, failure) -> null).join());
    }
}
