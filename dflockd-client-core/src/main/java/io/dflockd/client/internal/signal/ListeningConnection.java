package io.dflockd.client.internal.signal;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.Timers;
import io.dflockd.client.internal.loop.Timers.Timer;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.net.SharedConnection;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that listens to one server, made anew as often as it breaks, until nobody wants it any more. The server
 * pushes a signal once per connection, however many patterns match it, and does not say which: they are matched here, and
 * a pattern is unlistened when its last subscription leaves. Confined to the event loop.
 */
final class ListeningConnection implements ConnectionOwner, SharedConnection.User, StallDetector.Watched {

    private static final Logger logger = LoggerFactory.getLogger(ListeningConnection.class);

    private static final int MAX_ROUTES = 1024;

    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final ServerConnections connections;

    private final SharedConnection shared;

    private final byte[] group;

    private final ClientLoop loop;

    private final Timers timers;

    private final StallDetector watch;

    private final Map<String, Topic> topics = new LinkedHashMap<>();

    /** Who gets the signals of a channel, as far as it was looked up since the subscriptions changed. */
    private final Map<String, List<Subscription>> routes = new LinkedHashMap<>();

    /** Who got a signal since the last wake-up. */
    private final Set<Subscription> reached = new LinkedHashSet<>();

    private final Timer redial = new Timer(this::connect);

    private final Timer askAgain = new Timer(this::listenToAll);

    private @Nullable Connection connection;

    private GapReason gapReason = GapReason.RECONNECTED;

    private boolean replacing;

    private boolean confirmedSomething;

    private int fruitless;

    private boolean over;

    /** Everything that is subscribed under one pattern. */
    private static final class Topic {

        private final ChannelPattern pattern;

        private final Set<Subscription> members = new LinkedHashSet<>();

        private boolean asked;

        private boolean confirmed;

        Topic(ChannelPattern pattern) {
            this.pattern = pattern;
        }
    }

    /**
     * A link that is not connected yet.
     *
     * @param group the queue group, empty for none
     */
    ListeningConnection(ServerConnections connections, byte[] group) {
        this.connections = connections;
        this.shared = connections.keptAlive(this);
        this.group = group;
        this.loop = connections.loop();
        this.timers = loop.timers();
        this.watch = new StallDetector(loop, this);
    }

    void join(Subscription subscription) {
        routes.clear();
        Topic topic = topics.get(subscription.pattern());
        boolean first = topics.isEmpty();
        if (topic == null) {
            topic = new Topic(subscription.channelPattern());
            topics.put(subscription.pattern(), topic);
        }
        topic.members.add(subscription);
        if (topic.confirmed) {
            subscription.confirmed(server(), gapReason);
        } else if (connection != null) {
            listen(connection, topic);
        } else if (first) {
            connect();
        }
    }

    /** Returns whether nobody is left; it is to be thrown away then. */
    boolean leave(Subscription subscription) {
        routes.clear();
        Topic topic = topics.get(subscription.pattern());
        if (topic == null || !topic.members.remove(subscription) || !topic.members.isEmpty()) {
            return topics.isEmpty();
        }
        topics.remove(subscription.pattern());
        if (topics.isEmpty()) {
            over = true;
            timers.stop(redial);
            timers.stop(askAgain);
            watch.stop();
            connections.remove(shared);
            return true;
        }
        if (connection != null && topic.asked) {
            connection.send(Requests.unlisten(topic.pattern.bytes(), group), new Unlistened());
        }
        return false;
    }

    private ServerAddress server() {
        return connections.server();
    }

    private void connect() {
        if (!over && connection == null) {
            shared.use(this);
        }
    }

    @Override
    public void connected(Connection ready) {
        connection = ready;
        confirmedSomething = false;
        watch.start(ready);
        listenToAll();
    }

    @Override
    public void unavailable(DflockdException cause) {
        if (over || connections.isClosed()) {
            return;
        }
        timers.start(redial, loop.now() + RetryDelay.LISTEN.nanos(0));
        for (Topic topic : topics.values()) {
            topic.members.forEach(member -> member.refused(server(), cause));
        }
    }

    @Override
    public boolean waitsAfter(DflockdException cause) {
        return true;
    }

    private void listenToAll() {
        Connection current = connection;
        if (current != null) {
            for (Topic topic : new ArrayList<>(topics.values())) {
                listen(current, topic);
            }
        }
    }

    private void listen(Connection on, Topic topic) {
        if (topic.asked) {
            return;
        }
        topic.asked = true;
        on.send(Requests.listen(topic.pattern.bytes(), group), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                if (connection == on) {
                    listenAnswered(topic, reply);
                }
            }

            @Override
            protected void failed(DflockdException cause) {
                // The connection has ended, which its owner is told.
            }
        });
    }

    private void listenAnswered(Topic topic, Reply reply) {
        if (topics.get(topic.pattern.text()) != topic) {
            return;
        }
        if (reply.is(Status.OK)) {
            topic.confirmed = true;
            confirmedSomething = true;
            fruitless = 0;
            for (Subscription member : new ArrayList<>(topic.members)) {
                member.confirmed(server(), gapReason);
            }
            return;
        }
        topic.asked = false;
        timers.start(askAgain, loop.now() + ASK_AGAIN_NANOS);
        DflockdException cause = refusal(topic, reply);
        for (Subscription member : new ArrayList<>(topic.members)) {
            member.refused(server(), cause);
        }
    }

    private DflockdException refusal(Topic topic, Reply reply) {
        return Refusals.of(
                reply,
                "listen",
                () -> new SignalRejectedException("server " + server() + " refused to listen to '" + topic.pattern
                        + "': it has as many subscriptions as its --max-subscriptions allows, or it is a server without"
                        + " signals (before 1.11, or 2.0 and later); it will be asked again"));
    }

    @Override
    public void pushed(Connection on, String line) {
        watch.read();
        int end = line.indexOf(' ', 4);
        if (end < 0) {
            loop.log(() -> logger.warn("Server {} pushed a signal without a payload; it was ignored", server()));
            return;
        }
        String channel = line.substring(4, end);
        List<Subscription> targets = targets(channel);
        if (!targets.isEmpty()) {
            Signal signal = new Signal(channel, line.substring(end + 1), server());
            for (Subscription target : targets) {
                target.arrived(signal);
                if (reached.add(target) && reached.size() == 1) {
                    loop.execute(this::wakeReached);
                }
            }
        }
    }

    /** When everything that was read at once has been handed out: a wake-up for each signal would cost more than it. */
    private void wakeReached() {
        List<Subscription> woken = List.copyOf(reached);
        reached.clear();
        for (Subscription subscription : woken) {
            try {
                subscription.wake();
            } catch (Throwable ex) {
                loop.log(() -> logger.warn("{} could not be woken; the others are", subscription, ex));
            }
        }
    }

    private List<Subscription> targets(String channel) {
        List<Subscription> known = routes.get(channel);
        if (known != null) {
            return known;
        }
        List<Subscription> found = new ArrayList<>();
        for (Topic topic : topics.values()) {
            if (topic.pattern.matches(channel)) {
                found.addAll(topic.members);
            }
        }
        if (routes.size() >= MAX_ROUTES) {
            routes.clear();
        }
        routes.put(channel, found);
        return found;
    }

    @Override
    public void stoodStill(Connection on, long nanos) {
        ConnectionClosedException cause = new ConnectionClosedException("nothing was read from server " + server()
                + " for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms; it may have stopped pushing signals without"
                + " saying so, so the listening connection is replaced");
        loop.log(() -> logger.warn("{}", cause.getMessage()));
        replacing = true;
        // What the server sent before it answers this is still read.
        on.send(Requests.keepAlive(), new Exchange() {
            @Override
            protected void answered(Reply reply) {
                on.close(cause);
            }

            @Override
            protected void failed(DflockdException failure) {
                // The connection has ended by itself.
            }
        });
    }

    @Override
    public void closed(Connection ended, @Nullable DflockdException cause) {
        if (connection != ended) {
            return;
        }
        connection = null;
        gapReason = replacing ? GapReason.STOOD_STILL : GapReason.RECONNECTED;
        replacing = false;
        watch.stop();
        timers.stop(askAgain);
        for (Topic topic : topics.values()) {
            topic.asked = false;
            topic.confirmed = false;
        }
        for (Topic topic : new ArrayList<>(topics.values())) {
            for (Subscription member : new ArrayList<>(topic.members)) {
                member.lost(server(), cause);
            }
        }
        if (!over && !connections.isClosed()) {
            timers.start(redial, loop.now() + redialDelay());
        }
    }

    /** Attempts that do not even connect are delayed by the backoff of the server; these connected. */
    private long redialDelay() {
        return RetryDelay.LISTEN.nanos(confirmedSomething ? 0 : fruitless++);
    }

    private static final class Unlistened extends Exchange {

        @Override
        protected void answered(Reply reply) {
            // The server says ok, whether or not there was anything to end.
        }

        @Override
        protected void failed(DflockdException cause) {
            // Subscriptions end with their connection.
        }
    }
}
