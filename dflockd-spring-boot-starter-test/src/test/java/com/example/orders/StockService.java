// tag::stock
package com.example.orders;

import io.dflockd.spring.lock.LockOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

@Service
public class StockService {

    private final LockOperations locks;

    private final JdbcClient jdbc;

    public StockService(LockOperations locks, JdbcClient jdbc) {
        this.locks = locks;
        this.jdbc = jdbc;
    }

    public int take(String article, int amount) {
        return locks.execute("stock:" + article, held -> {
            int left = left(article) - amount;
            jdbc.sql("update stock set items = ? where article = ?")
                    .params(left, article)
                    .update();
            return left;
        });
    }

    private int left(String article) {
        return jdbc.sql("select items from stock where article = ?")
                .params(article)
                .query(Integer.class)
                .single();
    }
}
// end::stock
