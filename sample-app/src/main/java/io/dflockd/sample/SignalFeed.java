package io.dflockd.sample;

import io.dflockd.client.Signal;
import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.event.SignalGapEvent;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Passes every signal of the shop on to the browsers that watch. */
@Component
class SignalFeed {

    private final Set<SseEmitter> watching = ConcurrentHashMap.newKeySet();

    /** What a browser gets. */
    record Shown(String channel, String payload) {}

    SseEmitter watch() {
        SseEmitter emitter = new SseEmitter(0L);
        emitter.onCompletion(() -> watching.remove(emitter));
        emitter.onError(failure -> watching.remove(emitter));
        watching.add(emitter);
        // The browser takes the stream for open with the first line.
        send(emitter, SseEmitter.event().comment("listening"));
        return emitter;
    }

    int watchers() {
        return watching.size();
    }

    @SignalListener(id = "feed", value = "shop.>")
    void changed(Signal signal) {
        show("signal", new Shown(signal.channel(), signal.payload()));
    }

    /** Signals may have been missed: a real application would read its state anew. */
    @EventListener
    void gap(SignalGapEvent event) {
        show(
                "gap",
                new Shown(event.getSubscription().pattern(), event.getReason().name()));
    }

    /** Open streams would keep a graceful shutdown waiting. */
    @EventListener
    void end(ContextClosedEvent event) {
        watching.forEach(SseEmitter::complete);
    }

    private void show(String name, Shown shown) {
        watching.forEach(emitter -> send(emitter, SseEmitter.event().name(name).data(shown)));
    }

    private void send(SseEmitter emitter, SseEmitter.SseEventBuilder event) {
        try {
            emitter.send(event);
        } catch (IOException | IllegalStateException ex) {
            watching.remove(emitter);
            emitter.completeWithError(ex);
        }
    }
}
