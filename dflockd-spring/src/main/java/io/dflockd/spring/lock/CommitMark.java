package io.dflockd.spring.lock;

import org.springframework.transaction.support.TransactionSynchronization;

/** Among the synchronizations of a transaction that commits: what runs in its callbacks from now on is outside of it. */
final class CommitMark implements TransactionSynchronization {}
