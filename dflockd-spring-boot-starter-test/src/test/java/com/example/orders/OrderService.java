// tag::service
package com.example.orders;

import io.dflockd.spring.lock.annotation.DistributedLocked;
import org.springframework.stereotype.Service;

@Service
public class OrderService {

    @DistributedLocked(name = "order", key = "#id")
    public String fulfil(String id) {
        return "order " + id + " is done";
    }
}
// end::service
