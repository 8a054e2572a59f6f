package io.dflockd.spring.guide;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The example of docs/fencing.md: each row keeps the highest fence that has written it. */
public class FencedAccounts {

    private final JdbcClient jdbc;

    public FencedAccounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    // tag::fence
    @DistributedLocked(name = "account", key = "#id")
    public void setBalance(long id, long balance) {
        write(id, balance, LockContext.current());
    }

    void write(long id, long balance, LockHandle held) {
        long fence = held.fence().orElseThrow(() -> new IllegalStateException(held.server() + " issues no fences"));
        int rows = jdbc.sql("update account set balance = ?, fence = ? where id = ? and fence <= ?")
                .params(balance, fence, id, fence)
                .update();
        if (rows != 1) {
            throw new OptimisticLockingFailureException(
                    "account " + id + " was written with a newer lock than " + fence);
        }
    }
    // end::fence
}
