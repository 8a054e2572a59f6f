package io.dflockd.client.internal.signal;

import io.dflockd.client.internal.net.ServerEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Answers the requests of one listening connection as a server does, without a socket. */
final class FakeServer {

    private final TestSignals signals;

    private final ServerEnd end;

    private final Set<String> subscriptions = new LinkedHashSet<>();

    private final List<String> log = new ArrayList<>();

    /** False for a server before 1.11, or from 2.0 on. */
    boolean hasSignals = true;

    int maxSubscriptions = Integer.MAX_VALUE;

    FakeServer(TestSignals signals, ServerEnd end) {
        this.signals = signals;
        this.end = end;
    }

    /** The requests for signals since the last call. */
    List<String> requests() {
        serve();
        List<String> requests = List.copyOf(log);
        log.clear();
        return requests;
    }

    /** Answers everything that was asked. */
    void serve() {
        List<String> requests;
        while (!(requests = end.requests()).isEmpty()) {
            requests.forEach(this::answer);
        }
    }

    /** Lets time pass, and answers. */
    void pass(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            signals.loop.advance(Duration.ofSeconds(1));
            serve();
        }
    }

    private void answer(String request) {
        String[] words = request.split(" ", -1);
        boolean ok = false;
        switch (words[0]) {
            case "listen" -> {
                log.add("listen " + words[1]);
                ok = hasSignals && subscriptions.size() < maxSubscriptions && subscriptions.add(words[1]);
            }
            case "unlisten" -> {
                log.add("unlisten " + words[1]);
                ok = hasSignals;
                subscriptions.remove(words[1]);
            }
            default -> {
                // A question that keeps the connection alive.
            }
        }
        end.answer(ok ? "ok" : "error");
    }
}
