package io.dflockd.spring.guide;

import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.event.SignalGapEvent;
import io.dflockd.spring.signal.event.SignalListenerConnectedEvent;
import io.dflockd.spring.signal.event.SignalsDroppedEvent;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The cache of docs/signals.md. */
// tag::cache
@Component
public class Prices {

    private final Map<String, Integer> cached = new ConcurrentHashMap<>();

    private final Function<String, Integer> database;

    public Prices(Function<String, Integer> database) {
        this.database = database;
    }

    public int of(String article) {
        return cached.computeIfAbsent(article, database);
    }

    @SignalListener("prices.changed")
    void changed(String article) {
        cached.remove(article);
    }

    /** Signals may have been missed, and nobody knows which. */
    @EventListener({SignalListenerConnectedEvent.class, SignalGapEvent.class, SignalsDroppedEvent.class})
    void missed() {
        cached.clear();
    }
}
// end::cache
