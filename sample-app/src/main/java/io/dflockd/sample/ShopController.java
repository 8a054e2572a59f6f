package io.dflockd.sample;

import io.dflockd.sample.Work.Receipt;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Requests that take a lock or a slot. */
@RestController
class ShopController {

    private final OrderService orders;

    private final StockService stock;

    private final ReportService reports;

    ShopController(OrderService orders, StockService stock, ReportService reports) {
        this.orders = orders;
        this.stock = stock;
        this.reports = reports;
    }

    /** Guarded by the annotation. */
    @PostMapping("/orders/{id}")
    Receipt order(@PathVariable String id, @RequestParam(defaultValue = "0") int seconds) throws InterruptedException {
        return orders.fulfil(id, seconds, System.nanoTime());
    }

    /** Guarded by the template. */
    @PostMapping("/stock/{item}")
    Receipt stock(@PathVariable String item, @RequestParam(defaultValue = "0") int seconds)
            throws InterruptedException {
        return stock.count(item, seconds, System.nanoTime());
    }

    /** At most two at a time. */
    @PostMapping("/reports/{report}")
    Receipt report(@PathVariable String report, @RequestParam(defaultValue = "0") int seconds)
            throws InterruptedException {
        return reports.print(report, seconds, System.nanoTime());
    }
}
