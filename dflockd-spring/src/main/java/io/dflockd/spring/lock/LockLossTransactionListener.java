package io.dflockd.spring.lock;

import io.dflockd.client.LockLostException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Fails a transaction before it commits, and so rolls it back, if a lock that a guarded call on this thread holds around
 * it was lost: after the commit it would be too late. If such a lock is suspended, the commit waits until the server has answered
 * whether it still has the lock, or until its deadline. Calls with {@link OnLost#REPORT} do not fail and do not wait.
 *
 * <p>Added to all transaction managers that are beans where the annotations are switched on; add it by hand to others,
 * with {@link org.springframework.transaction.ConfigurableTransactionManager#addListener}.
 */
public final class LockLossTransactionListener implements TransactionExecutionListener {

    /** Creates the listener. */
    public LockLossTransactionListener() {}

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable beginFailure) {
        if (beginFailure == null && transaction.isNewTransaction()) {
            for (LockFrame frame = LockContext.top(); frame != null; frame = frame.outer()) {
                frame.transactionBegun();
            }
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        refuseLoss();
        if (transaction.isNewTransaction() && TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new CommitMark());
        }
    }

    private static void refuseLoss() {
        for (LockFrame frame = LockContext.top(); frame != null; frame = frame.outer()) {
            if (frame.request().options().effectiveOnLost() != OnLost.REPORT) {
                frame.handle().awaitHeldUninterruptibly();
                LockLostException lost = LockFrame.lossOf(frame.handle());
                if (lost != null) {
                    throw lost;
                }
            }
        }
    }
}
