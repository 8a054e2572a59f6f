package io.dflockd.benchmarks.compare;

/** One application instance with a lock library. */
interface Contender extends AutoCloseable {

    /** A lock by its key. */
    Lock lock(String key);

    @Override
    void close() throws Exception;

    /** Acquires and releases; used by one thread. */
    interface Lock {

        /** Waits for it. */
        void acquire() throws Exception;

        /** Gives it back. */
        void release() throws Exception;
    }

    /** Opens one. */
    interface Factory {

        /** A new instance, with connections of its own. */
        Contender open() throws Exception;
    }
}
