// tag::stock
package com.example.orders;

import io.dflockd.spring.lock.LockOperations;
import org.springframework.stereotype.Service;

@Service
public class StockService {

    private final LockOperations locks;

    private int count = 10;

    public StockService(LockOperations locks) {
        this.locks = locks;
    }

    public int take(String article, int amount) {
        return locks.execute("stock:" + article, held -> {
            count -= amount;
            return count;
        });
    }
}
// end::stock
