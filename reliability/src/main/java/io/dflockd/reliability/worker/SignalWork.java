package io.dflockd.reliability.worker;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.SignalsUnsupportedException;
import io.dflockd.client.SubscriptionListener;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.reliability.history.Entry.Kind;
import io.dflockd.reliability.history.History;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread of a worker: emits numbered signals and writes down those that arrive, at a plain subscription and at a member of a
 * queue group. Ends early if the server has no signals.
 */
final class SignalWork implements Callable<Void> {

    private static final String PLAIN = "events";

    private static final String GROUP = "jobs";

    private static final long BETWEEN_MILLIS = 50;

    private final DflockdClient client;

    private final History history;

    private final Calls calls;

    private final String name;

    private final AtomicBoolean stopped;

    SignalWork(DflockdClient client, History history, String name, AtomicBoolean stopped) {
        this.client = client;
        this.history = history;
        this.calls = new Calls(history);
        this.name = name;
        this.stopped = stopped;
    }

    @Override
    public Void call() throws InterruptedException {
        try (SignalSubscription plain = subscribe(PLAIN, SubscriptionOptions.defaults());
                SignalSubscription group =
                        subscribe(GROUP, SubscriptionOptions.defaults().withGroup("group"))) {
            for (long number = 1; !stopped.get(); number++) {
                emit(PLAIN + "." + name, number);
                emit(GROUP + "." + name, number);
                TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
            }
        } catch (SignalsUnsupportedException ex) {
            // Nothing to do at such a server.
        }
        return null;
    }

    private void emit(String channel, long number) throws InterruptedException {
        try {
            calls.timed("emit", Limits.REQUEST, channel, () -> client.signals().emit(channel, Long.toString(number)));
            history.write(System.nanoTime(), Kind.EMIT, channel, number, "confirmed");
        } catch (SignalsUnsupportedException ex) {
            throw ex;
        } catch (DflockdException ex) {
            history.write(System.nanoTime(), Kind.EMIT, channel, number, "failed");
        }
    }

    private SignalSubscription subscribe(String kind, SubscriptionOptions options) {
        SubscriptionListener listener = new SubscriptionListener() {
            @Override
            public void gap(ServerAddress server, GapReason reason) {
                history.write(System.nanoTime(), Kind.GAP, kind, 0, reason.name());
            }
        };
        return client.signals()
                .subscribe(
                        kind + ".*",
                        options.withListener(listener),
                        signal -> history.write(
                                System.nanoTime(),
                                Kind.SIGNAL,
                                kind,
                                Long.parseLong(signal.payload()),
                                signal.channel()));
    }
}
