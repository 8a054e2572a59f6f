package io.dflockd.spring.lock;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/** Whether the caller's thread is inside a transaction that has not committed, where spring-tx is there at all. */
final class OpenTransaction {

    private static final boolean PRESENT = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            OpenTransaction.class.getClassLoader());

    private OpenTransaction() {}

    static boolean isActive() {
        return PRESENT && Delegate.isActive();
    }

    /** Loaded only where spring-tx is. */
    private static final class Delegate {

        static boolean isActive() {
            // Callbacks after the completion still see the transaction, but no synchronizations.
            return TransactionSynchronizationManager.isActualTransactionActive()
                    && TransactionSynchronizationManager.isSynchronizationActive()
                    && TransactionSynchronizationManager.getSynchronizations().stream()
                            .noneMatch(CommitMark.class::isInstance);
        }
    }
}
