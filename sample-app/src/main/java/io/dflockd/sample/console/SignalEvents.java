package io.dflockd.sample.console;

import io.dflockd.client.Signal;
import io.dflockd.sample.console.LogEntry.Kind;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.event.SignalGapEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes signals into the event log. */
@Component
class SignalEvents {

    private final EventLog log;

    SignalEvents(EventLog log) {
        this.log = log;
    }

    @SignalListener(id = "console", value = "shop.>")
    void signal(Signal signal) {
        log.add(Kind.SIGNAL, signal.channel(), signal.payload());
    }

    @EventListener
    void gap(SignalGapEvent event) {
        if (event.getSubscription().pattern().equals("shop.>")) {
            log.add(Kind.SIGNAL, "shop.>", "signals may have been missed: " + event.getReason());
        }
    }
}
