package io.dflockd.sample.console;

import io.dflockd.client.DflockdException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.Signal;
import io.dflockd.sample.console.LogEntry.Kind;
import io.dflockd.spring.signal.SignalOperations;
import io.dflockd.spring.signal.annotation.SignalListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The other instances of this application on this machine. They find each other by signals, which are too short for more than an
 * id and a port. What they hold is asked for by HTTP, at this machine only: a signal may come from anybody.
 */
@Component
class Peers {

    private static final Logger log = LoggerFactory.getLogger(Peers.class);

    private static final String ASK = "console.ask";

    private static final String HERE = "console.here";

    private static final String KILL = "console.kill";

    private static final Pattern WHO = Pattern.compile("([0-9a-f]{8}) ([0-9]{1,5})");

    /** An instance that has not answered for so long is forgotten. */
    private static final Duration SILENCE = Duration.ofSeconds(4);

    private static final int MOST = 20;

    private record Peer(int port, long seen) {}

    private final Instance instance;

    private final SignalOperations signals;

    private final PeerRequests requests;

    private final ProcessEnd processEnd;

    private final EventLog events;

    private final Map<String, Peer> peers = new ConcurrentHashMap<>();

    Peers(Instance instance, SignalOperations signals, PeerRequests requests, ProcessEnd processEnd, EventLog events) {
        this.instance = instance;
        this.signals = signals;
        this.requests = requests;
        this.processEnd = processEnd;
        this.events = events;
    }

    /** The states of those that answer. Asks also who else is there, for the next time. */
    CompletableFuture<List<InstanceState>> ask() {
        send(ASK, introduction());
        long now = System.nanoTime();
        peers.forEach((id, peer) -> {
            if (now - peer.seen() > SILENCE.toNanos()) {
                forget(id);
            }
        });
        List<CompletableFuture<InstanceState>> answers = peers.entrySet().stream()
                .map(peer -> requests.state(peer.getValue().port())
                        .handle((state, failure) -> checked(peer.getKey(), state)))
                .toList();
        return Futures.all(answers)
                .thenApply(states -> states.stream().filter(Objects::nonNull).toList());
    }

    /** Ends this process or another one. */
    Outcome kill(String id) {
        if (id.equals(instance.id())) {
            return processEnd.request();
        }
        send(KILL, id);
        return Outcome.done("asked the other instance to end");
    }

    /** Signals of other instances, and of this one. */
    @SignalListener(id = "console-peers", value = "console.*")
    void told(Signal signal) {
        switch (signal.channel()) {
            case ASK -> {
                if (meet(signal.payload())) {
                    send(HERE, introduction());
                }
            }
            case HERE -> meet(signal.payload());
            case KILL -> {
                if (signal.payload().equals(instance.id())) {
                    processEnd.request();
                }
            }
            default -> log.debug("No signal of the console: {}", signal);
        }
    }

    private boolean meet(String introduction) {
        Matcher who = WHO.matcher(introduction);
        if (!who.matches() || who.group(1).equals(instance.id())) {
            return false;
        }
        int port = Integer.parseInt(who.group(2));
        if (port < 1 || port > 65535 || (peers.size() >= MOST && !peers.containsKey(who.group(1)))) {
            return false;
        }
        if (peers.put(who.group(1), new Peer(port, System.nanoTime())) == null) {
            events.add(Kind.INSTANCE, Instance.nameOf(port), "is there");
        }
        return true;
    }

    /** Another process may have got the port of one that has ended. */
    @SuppressWarnings("NullAway") // the result of a function that may return null
    private InstanceState checked(String id, InstanceState state) {
        if (state == null || !state.id().equals(id)) {
            forget(id);
            return null;
        }
        return state;
    }

    private void forget(String id) {
        Peer peer = peers.remove(id);
        if (peer != null) {
            events.add(Kind.INSTANCE, Instance.nameOf(peer.port()), "is gone");
        }
    }

    private String introduction() {
        return instance.id() + " " + instance.port();
    }

    /** Without signals, other instances are other clients like any. */
    private void send(String channel, String payload) {
        try {
            signals.sendAsync(channel, payload).whenComplete((count, failure) -> {
                if (failure != null) {
                    log.debug("No signal to other instances: {}", Texts.reason(failure));
                }
            });
        } catch (DflockdException | InvalidArgumentException ex) {
            log.debug("No signal to other instances", ex);
        }
    }
}
