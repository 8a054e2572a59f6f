package io.dflockd.spring.guide;

import io.dflockd.spring.lock.LockOperations;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** The example of docs/fencing.md: the database numbers the holds itself, so that any server will do. */
public class GenerationAccounts {

    private final LockOperations locks;

    private final JdbcClient jdbc;

    private final TransactionOperations transaction;

    public GenerationAccounts(LockOperations locks, JdbcClient jdbc, TransactionOperations transaction) {
        this.locks = locks;
        this.jdbc = jdbc;
        this.transaction = transaction;
    }

    // tag::generation
    public void setBalance(long id, long balance) {
        locks.execute("account:" + id, held -> {
            long generation = begin(id);
            write(id, balance, generation);
            return null;
        });
    }

    /** Once for each hold, in a transaction of its own. */
    long begin(long id) {
        return transaction.execute(status -> {
            jdbc.sql("update account set generation = generation + 1 where id = ?")
                    .params(id)
                    .update();
            return jdbc.sql("select generation from account where id = ?")
                    .params(id)
                    .query(Long.class)
                    .single();
        });
    }

    void write(long id, long balance, long generation) {
        int rows = jdbc.sql("update account set balance = ? where id = ? and generation = ?")
                .params(balance, id, generation)
                .update();
        if (rows != 1) {
            throw new OptimisticLockingFailureException("another hold of account " + id + " has begun");
        }
    }
    // end::generation
}
