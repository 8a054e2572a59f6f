package io.dflockd.sample;

import io.dflockd.sample.Work.Receipt;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import org.springframework.stereotype.Service;

/** One order is fulfilled by one instance at a time: the annotation is all it takes. */
@Service
class OrderService {

    private final Work work;

    OrderService(Work work) {
        this.work = work;
    }

    @DistributedLocked(name = "order", key = "#id")
    public Receipt fulfil(String id, int seconds, long askedAt) throws InterruptedException {
        return work.run("order " + id, seconds, askedAt);
    }
}
