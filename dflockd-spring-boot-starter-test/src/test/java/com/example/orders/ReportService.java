package com.example.orders;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Service;

// tag::second-client
@Service
public class ReportService {

    private final LockOperations locks;

    public ReportService(LockTemplate locks, @Qualifier("reports") DflockdClient reports) {
        this.locks = locks.withClient(reports);
    }

    public String write(String name) {
        return locks.execute("report:" + name, held -> held.server().toString());
    }

    @DistributedLocked(name = "archive", key = "#name", client = "reports")
    public void archive(String name) {
        // ...
    }
}
// end::second-client
