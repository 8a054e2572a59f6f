package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SubscriptionListener;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.TestLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.ServerEnd;
import io.dflockd.client.internal.net.TestDialer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The subscriptions of one client to one server, without a socket. Handlers run when the test settles. */
final class TestSignals {

    final TestLoop loop = new TestLoop();

    final TestDialer dialer = new TestDialer(loop);

    final ServerConnections connections =
            new ServerConnections(ServerEnd.ADDRESS, dialer, loop.loop(), 10, TimeUnit.SECONDS.toNanos(30));

    final SignalRegister register =
            new SignalRegister(loop.loop(), loop.loop()::callBack, List.of(new ServerListeners(connections)));

    final List<String> handled = new CopyOnWriteArrayList<>();

    /** What the listener of a subscription was told, a word or two for each event. */
    static final class Told implements SubscriptionListener {

        final List<String> events = new CopyOnWriteArrayList<>();

        final List<DflockdException> refusals = new CopyOnWriteArrayList<>();

        @Override
        public void connected(ServerAddress server, boolean again) {
            events.add(again ? "connected again" : "connected");
        }

        @Override
        public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
            events.add("disconnected");
        }

        @Override
        public void refused(ServerAddress server, DflockdException cause) {
            events.add("refused");
            refusals.add(cause);
        }

        @Override
        public void gap(ServerAddress server, GapReason reason) {
            events.add("gap " + reason);
        }

        @Override
        public void dropped(long count) {
            events.add("dropped " + count);
        }
    }

    Subscription subscribe(String pattern, SubscriptionListener listener) {
        return subscribe(pattern, SubscriptionOptions.defaults().withListener(listener));
    }

    Subscription subscribe(String pattern, SubscriptionOptions options) {
        return subscribe(pattern, options, this::note);
    }

    Subscription subscribe(String pattern, SubscriptionOptions options, SignalHandler handler) {
        Subscription subscription = new Subscription(
                register,
                new ChannelPattern(pattern),
                options,
                owner -> new HandlerSink(
                        options, 1, Long.MAX_VALUE, owner, handler, register.executorFor(options), null));
        register.begin(subscription);
        loop.settle();
        return subscription;
    }

    private void note(Signal signal) {
        handled.add(signal.channel() + " " + signal.payload());
    }
}
