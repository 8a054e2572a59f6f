package io.dflockd.sample;

import io.dflockd.spring.signal.SignalOperations;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Sends signals, and streams them to {@code /signals.html}. */
@RestController
class SignalController {

    private final SignalOperations signals;

    private final SignalFeed feed;

    SignalController(SignalOperations signals, SignalFeed feed) {
        this.signals = signals;
        this.feed = feed;
    }

    @GetMapping(path = "/signals", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter stream() {
        return feed.watch();
    }

    @PostMapping(path = "/signals/{channel}", consumes = MediaType.TEXT_PLAIN_VALUE)
    Map<String, Long> send(@PathVariable String channel, @RequestBody String payload) {
        return Map.of("queuedFor", signals.send(channel, payload));
    }
}
