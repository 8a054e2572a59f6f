package io.dflockd.sample;

import io.dflockd.sample.Work.Receipt;
import io.dflockd.spring.lock.LockOperations;
import org.springframework.stereotype.Service;

/** The same by hand, where an annotation does not fit. */
@Service
class StockService {

    private final LockOperations locks;

    private final Work work;

    StockService(LockOperations locks, Work work) {
        this.locks = locks;
        this.work = work;
    }

    Receipt count(String item, int seconds, long askedAt) throws InterruptedException {
        return locks.execute("stock:" + item, held -> {
            Receipt receipt = work.run("stock of " + item, seconds, askedAt);
            // Before a step that must not happen without the lock: no I/O, throws where it is lost.
            held.ensureHeld();
            return receipt;
        });
    }
}
