package io.dflockd.spring.lock;

import io.dflockd.client.LockLostException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/**
 * Fails a transaction before it commits, and so rolls it back, if a lock that a guarded call on this thread holds around
 * it was lost: after the commit it would be too late. Calls with {@link OnLost#REPORT} do not fail.
 *
 * <p>Added to all transaction managers that are beans where the annotations are switched on; add it by hand to others,
 * with {@link org.springframework.transaction.ConfigurableTransactionManager#addListener}.
 */
public final class LockLossTransactionListener implements TransactionExecutionListener {

    /** Creates the listener. */
    public LockLossTransactionListener() {}

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        for (LockFrame frame = LockContext.top(); frame != null; frame = frame.outer()) {
            if (frame.request().options().effectiveOnLost() != OnLost.REPORT) {
                LockLostException lost = LockFrame.lossOf(frame.handle());
                if (lost != null) {
                    throw lost;
                }
            }
        }
    }
}
