package io.dflockd.spring.lock.interceptor;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Checks that make a client. They wait until the container has made its singletons: it may be in the middle of that. */
final class DeferredChecks {

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private volatile boolean begun;

    void run(Runnable check) {
        if (begun) {
            check.run();
        } else {
            waiting.add(check);
        }
    }

    /** Called once, when all singletons are made. */
    void begin() {
        begun = true;
        Runnable check;
        while ((check = waiting.poll()) != null) {
            check.run();
        }
    }
}
