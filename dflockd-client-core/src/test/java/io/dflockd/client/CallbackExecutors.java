package io.dflockd.client;

import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Executors that users hand to a client as its callback executor, tired and broken ones too. */
enum CallbackExecutors {

    /** The client's own. */
    OWN {
        @Override
        @Nullable
        Executor create() {
            return null;
        }
    },

    DIRECT {
        @Override
        Executor create() {
            return Runnable::run;
        }
    },

    POOL {
        @Override
        Executor create() {
            return THREADS;
        }
    },

    VIRTUAL_THREADS {
        @Override
        Executor create() {
            try {
                return (Executor) Executors.class
                        .getMethod("newVirtualThreadPerTaskExecutor")
                        .invoke(null);
            } catch (ReflectiveOperationException ex) {
                throw new IllegalStateException("this JDK has no virtual threads", ex);
            }
        }
    },

    REFUSING {
        @Override
        Executor create() {
            return task -> {
                throw new RejectedExecutionException("thrown by the test's executor");
            };
        }
    },

    /** As one that has no threads left. */
    OUT_OF_THREADS {
        @Override
        Executor create() {
            return task -> {
                throw new OutOfThreads();
            };
        }
    },

    /** As a fork-join pool that queues a task, and then cannot start a thread for it. */
    OUT_OF_THREADS_AFTER_QUEUEING {
        @Override
        Executor create() {
            return task -> {
                THREADS.execute(task);
                throw new OutOfThreads();
            };
        }
    },

    REFUSING_AFTER_QUEUEING {
        @Override
        Executor create() {
            return task -> {
                THREADS.execute(task);
                throw new RejectedExecutionException("thrown by the test's executor");
            };
        }
    },

    /** Throws what it is not allowed to. */
    THROWING {
        @Override
        Executor create() {
            return task -> {
                throw new IllegalStateException("thrown by the test's executor");
            };
        }
    };

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "executor-of-the-test");
        thread.setDaemon(true);
        return thread;
    });

    /** Stands for the OutOfMemoryError of a JVM that cannot create a thread. JUnit itself gives up at that one. */
    static final class OutOfThreads extends VirtualMachineError {

        private static final long serialVersionUID = 1L;

        OutOfThreads() {
            super("unable to create native thread (thrown by the test's executor)");
        }
    }

    /** Null stands for the client's own. */
    abstract @Nullable Executor create();

    DflockdClientBuilder in(DflockdClientBuilder settings) {
        Executor executor = create();
        return executor == null ? settings : settings.callbackExecutor(executor);
    }

    /** Those that this JDK has. */
    static Stream<CallbackExecutors> all() {
        boolean virtual = Runtime.version().feature() >= 21;
        return Arrays.stream(values()).filter(executor -> virtual || executor != VIRTUAL_THREADS);
    }
}
