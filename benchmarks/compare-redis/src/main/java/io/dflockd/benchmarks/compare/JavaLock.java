package io.dflockd.benchmarks.compare;

import java.util.concurrent.locks.Lock;

/** A {@link Lock} of a library that offers those. */
record JavaLock(Lock lock) implements Contender.Lock {

    @Override
    public void acquire() {
        lock.lock();
    }

    @Override
    public void release() {
        lock.unlock();
    }
}
