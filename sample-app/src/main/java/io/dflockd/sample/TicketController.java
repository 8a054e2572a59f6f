package io.dflockd.sample;

import io.dflockd.sample.TicketService.NotYetCalledException;
import io.dflockd.sample.TicketService.Ticket;
import io.dflockd.sample.Work.Receipt;
import java.time.Duration;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Draw a ticket with one request, use it with another. */
@RestController
class TicketController {

    private final TicketService tickets;

    TicketController(TicketService tickets) {
        this.tickets = tickets;
    }

    @PostMapping("/desks/{desk}/tickets")
    Ticket draw(@PathVariable String desk) {
        return tickets.draw(desk);
    }

    @PostMapping("/tickets/{id}/use")
    ResponseEntity<Receipt> use(
            @PathVariable String id,
            @RequestParam(defaultValue = "10") int patience,
            @RequestParam(defaultValue = "0") int seconds)
            throws InterruptedException, NotYetCalledException {
        return ResponseEntity.of(tickets.use(id, Duration.ofSeconds(patience), seconds));
    }
}
