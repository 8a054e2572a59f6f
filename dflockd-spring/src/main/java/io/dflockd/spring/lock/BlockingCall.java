package io.dflockd.spring.lock;

import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.spring.internal.InterruptOnLoss;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** Runs a callback on the caller's thread while a handle is held, and ends the hold. */
final class BlockingCall {

    private static final int MAX_CAUSES = 20;

    private final LockRequest request;

    private final LockHandle handle;

    private final LockReporter reporter;

    BlockingCall(LockRequest request, LockHandle handle, LockReporter reporter) {
        this.request = request;
        this.handle = handle;
        this.reporter = reporter;
    }

    <T extends @Nullable Object, E extends Throwable> T run(LockCallback<T, E> callback) throws E {
        HoldEnd end = begin();
        OnLost onLost = request.options().effectiveOnLost();
        LockFrame outer = LockContext.top();
        LockFrame frame = new LockFrame(request, handle, outer);
        boolean insideTransaction = OpenTransaction.isActive();
        InterruptOnLoss interrupt = null;
        T result;
        try {
            LockContext.restore(frame);
            reporter.warnOfOpenPersistenceContext(request);
            end.observation().openScope();
            if (onLost == OnLost.INTERRUPT) {
                interrupt = InterruptOnLoss.watch(handle, Thread.currentThread());
            }
            result = callback.doWithLock(handle);
        } catch (Throwable failure) {
            boolean interrupted;
            LockLostException lost;
            try {
                interrupted = leave(interrupt, outer, end);
                warn(insideTransaction, frame);
            } finally {
                lost = end.endBlocking();
            }
            if (interrupted && lost != null && lost != failure && isInterrupt(failure)) {
                lost.addSuppressed(failure);
                throw lost;
            }
            if (lost != null && lost != failure) {
                failure.addSuppressed(lost);
            }
            throw failure;
        }
        LockLostException lost;
        try {
            leave(interrupt, outer, end);
            warn(insideTransaction, frame);
        } finally {
            lost = end.endBlocking();
        }
        if (lost != null && onLost != OnLost.REPORT) {
            throw lost;
        }
        return result;
    }

    private HoldEnd begin() {
        try {
            return new HoldEnd(request, handle, reporter);
        } catch (Throwable ex) {
            handle.release();
            throw ex;
        }
    }

    /** Known at the end only: what has its own transaction within the lock commits before the lock is free. */
    private void warn(boolean insideTransaction, LockFrame frame) {
        if (insideTransaction && !frame.hasTransactionBegun()) {
            reporter.warnOfOpenTransaction(request);
        }
    }

    private static boolean leave(@Nullable InterruptOnLoss interrupt, @Nullable LockFrame outer, HoldEnd end) {
        try {
            boolean interrupted = interrupt != null && interrupt.end();
            end.observation().closeScope();
            return interrupted;
        } finally {
            LockContext.restore(outer);
        }
    }

    /** Libraries wrap the interrupt that we sent in exceptions of their own. */
    private static boolean isInterrupt(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof InterruptedException
                    || cause instanceof InterruptedIOException
                    || cause instanceof ClosedByInterruptException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
