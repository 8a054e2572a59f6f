package io.dflockd.client.internal.loop;

import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads that inherit nothing: no inheritable thread locals, such as the user of a request or the fields of a log line, and no
 * priority. They serve everybody, and their first task may be anybody's.
 */
public final class Uninherited {

    private Uninherited() {}

    /** A daemon that has not been started. */
    public static Thread thread(String name, Runnable task, @Nullable ClassLoader classLoader) {
        return prepared(new Thread(null, task, name, 0, false), classLoader);
    }

    /** The same for a thread that runs no code of users. What it makes inherits nothing either. */
    static Thread clean(String name, Runnable task, @Nullable ClassLoader classLoader) {
        return prepared(new Clean(name, task), classLoader);
    }

    private static Thread prepared(Thread thread, @Nullable ClassLoader classLoader) {
        thread.setDaemon(true);
        thread.setPriority(Thread.NORM_PRIORITY);
        thread.setContextClassLoader(classLoader);
        return thread;
    }

    /**
     * Makes a thread whose constructor always inherits. A thread inherits from the one that makes it, so a clean one does this:
     * the current one if it is clean, as the event loop is, or else one that is started for it.
     */
    static <T extends Thread> T made(Supplier<T> constructor) {
        if (Thread.currentThread() instanceof Clean) {
            return constructor.get();
        }
        FutureTask<T> making = new FutureTask<>(constructor::get);
        clean("dflockd-start", making, null).start();
        return Uninterruptibly.result(making);
    }

    /** A thread that runs no code of users. */
    private static final class Clean extends Thread {

        Clean(String name, Runnable task) {
            super(null, task, name, 0, false);
        }
    }
}
