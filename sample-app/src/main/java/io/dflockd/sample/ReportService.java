package io.dflockd.sample;

import io.dflockd.sample.Work.Receipt;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import org.springframework.stereotype.Service;

/** Two reports at a time over all instances: a semaphore. */
@Service
class ReportService {

    private final Work work;

    ReportService(Work work) {
        this.work = work;
    }

    @DistributedConcurrencyLimit(name = "report", limit = 2)
    public Receipt print(String report, int seconds, long askedAt) throws InterruptedException {
        return work.run("report " + report, seconds, askedAt);
    }
}
