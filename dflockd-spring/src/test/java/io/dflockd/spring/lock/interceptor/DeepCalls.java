package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes guarded calls near the end of the stack, a little further away each time. Run in a JVM of its own by
 * {@link StackOverflowTests}: a class that runs out of stack while it is initialized is lost for all other tests.
 */
public class DeepCalls {

    private static final int ROUNDS = 12;

    private static final Duration LEASE = Duration.ofSeconds(2);

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
                    .requestTimeout(Duration.ofMillis(300))
                    // A release that finds no stack is done with the next renewal.
                    .lease(LEASE)
                    .build();
        }

        @Bean
        Guarded guarded() {
            return new Guarded();
        }
    }

    private final DflockdClient client;

    private final LockTemplate template;

    private final Guarded guarded;

    private final Form form;

    private final List<LockHandle> handles = new CopyOnWriteArrayList<>();

    private final List<CompletableFuture<?>> asked = new CopyOnWriteArrayList<>();

    private int keys;

    private int succeeded;

    private int failed;

    private int contexts;

    private DeepCalls(DflockdClient client, Guarded guarded, Form form) {
        this.client = client;
        this.template = new LockTemplate(client);
        this.guarded = guarded;
        this.form = form;
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("server", args[0]);
        var context = new AnnotationConfigApplicationContext(Application.class);
        new DeepCalls(context.getBean(DflockdClient.class), context.getBean(Guarded.class), Form.valueOf(args[1]))
                .run();
        System.exit(0);
    }

    private String key() {
        return "k" + keys++;
    }

    private void run() throws Exception {
        // All classes are there before the first deep call.
        for (int i = 0; i < 30; i++) {
            form.call(this, "warm-up" + i);
            fail("warm-up");
        }
        for (int round = 0; round < ROUNDS; round++) {
            Thread thread = new Thread(null, this::dive, "diver", (200 + round) * 1024L);
            thread.setDaemon(true);
            thread.start();
            thread.join(20_000);
            if (thread.isAlive()) {
                System.out.println("hangs");
                return;
            }
        }
        System.out.println("enough stack for some " + (succeeded > 0) + ", not for others " + (failed > 0));
        System.out.println("contexts left " + contexts);
        Thread ending = new Thread(this::release, "ending");
        ending.setDaemon(true);
        ending.start();
        ending.join(10_000);
        System.out.println("ended " + !ending.isAlive());
        // Twice the time after which a renewal is due.
        long end = System.nanoTime() + LEASE.toNanos();
        long left;
        do {
            TimeUnit.MILLISECONDS.sleep(20);
            left = client.stats().values().iterator().next().locks().size();
        } while (left > 0 && end - System.nanoTime() > 0);
        System.out.println("held by nobody " + left);
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

    private void dive() {
        dive(0, 0);
        if (LockContext.find().isPresent()) {
            contexts++;
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
            System.out.println("failed " + ex);
        }
        return deeper - 1;
    }

    /** Callers release their handles, so that only what nobody has is left. */
    private void release() {
        handles.forEach(LockHandle::release);
        asked.forEach(future -> future.handle((value, failure) -> null).join());
    }
}
