package io.dflockd.client.internal.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits that an interrupt does not end; the flag is kept. */
public final class Uninterruptibly {

    private Uninterruptibly() {}

    /** A wait that an interrupt ends, and that is then begun again. */
    public interface Wait<T> {

        /** Waits for at most this time, which may be over. */
        T within(long nanos) throws InterruptedException;
    }

    /** Waits, however often the thread is interrupted. */
    public static <T> T await(long nanos, Wait<T> wait) {
        long deadline = System.nanoTime() + nanos;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.within(deadline - System.nanoTime());
                } catch (InterruptedException ex) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The result of a task that does not fail and that another thread is running. */
    static <T> T result(FutureTask<T> task) {
        return await(Long.MAX_VALUE, left -> {
            try {
                return task.get();
            } catch (ExecutionException ex) {
                throw new IllegalStateException(ex.getCause());
            }
        });
    }

    /** Waits for a future, whatever becomes of it. False if it is not completed in time. */
    public static boolean isDone(CompletableFuture<?> future, long nanos) {
        return await(nanos, left -> {
            try {
                future.get(left, TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException ex) {
                return true;
            } catch (TimeoutException ex) {
                return false;
            }
        });
    }
}
