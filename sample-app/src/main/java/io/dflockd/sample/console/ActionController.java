package io.dflockd.sample.console;

import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.sample.console.LogEntry.Kind;
import io.dflockd.spring.signal.SignalOperations;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The buttons. Each is a form: a browser without JavaScript sends it and is led back to the page, where the event log says what came
 * of it; a script gets the message as JSON.
 */
@RestController
@RequestMapping("/console")
class ActionController {

    private final ConsoleLocks locks;

    private final SignalOperations signals;

    private final Peers peers;

    private final EventLog log;

    ActionController(ConsoleLocks locks, SignalOperations signals, Peers peers, EventLog log) {
        this.locks = locks;
        this.signals = signals;
        this.peers = peers;
        this.log = log;
    }

    @PostMapping("/take")
    ResponseEntity<?> take(
            @RequestParam String key,
            @RequestParam(defaultValue = "0") int limit,
            @RequestParam(defaultValue = "10") int lease,
            @RequestParam(defaultValue = "0") int atLeast,
            HttpServletRequest request)
            throws InterruptedException {
        return answer(locks.take(new Wanted(key, limit, lease, atLeast)), request);
    }

    @PostMapping("/queue")
    ResponseEntity<?> queue(
            @RequestParam String key,
            @RequestParam(defaultValue = "0") int limit,
            @RequestParam(defaultValue = "10") int lease,
            @RequestParam(defaultValue = "0") int atLeast,
            HttpServletRequest request) {
        return answer(locks.queue(new Wanted(key, limit, lease, atLeast)), request);
    }

    @PostMapping({"/release", "/withdraw"})
    ResponseEntity<?> end(@RequestParam long id, HttpServletRequest request) {
        return answer(locks.end(id), request);
    }

    @PostMapping("/signal")
    ResponseEntity<?> emit(@RequestParam String channel, @RequestParam String payload, HttpServletRequest request) {
        long listeners = signals.send(channel, payload);
        return answer(Outcome.done("emitted, queued for " + listeners + " listener(s)"), request);
    }

    @PostMapping("/kill")
    ResponseEntity<?> kill(@RequestParam String instance, HttpServletRequest request) {
        return answer(peers.kill(instance), request);
    }

    @ExceptionHandler
    ResponseEntity<?> failed(DflockdException failure, HttpServletRequest request) {
        return answer(Outcome.refused(HttpStatus.SERVICE_UNAVAILABLE, Texts.reason(failure)), request);
    }

    /** Such as a blank in a key. */
    @ExceptionHandler
    ResponseEntity<?> invalid(InvalidArgumentException invalid, HttpServletRequest request) {
        return answer(Outcome.refused(HttpStatus.BAD_REQUEST, String.valueOf(invalid.getMessage())), request);
    }

    private ResponseEntity<?> answer(Outcome outcome, HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        if (accept == null || !accept.contains(MediaType.TEXT_HTML_VALUE)) {
            return ResponseEntity.status(outcome.status()).body(Map.of("message", outcome.message()));
        }
        if (outcome.status().isError()) {
            log.add(Kind.REFUSED, "this page", outcome.message());
        }
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/"))
                .build();
    }
}
