package io.dflockd.client.internal.signal;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.SignalsUnsupportedException;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection on which a client listens to one server. It is opened again each time it breaks, until the last
 * subscription leaves. The server pushes a signal once per connection, however many patterns match it, and does not say
 * which: signals are matched here, and a pattern is unlistened when its last subscription leaves. Confined to the event loop.
 */
final class ListeningConnection implements ConnectionOwner, SharedConnection.User, StallDetector.Watched {

    private static final Logger logger = LoggerFactory.getLogger(ListeningConnection.class);
    private static final int MAX_ROUTES = 1024;
    /** For requests that need nothing more when their connection ends: {@link #closed} follows. */
    private static final Consumer<DflockdException> ENDED = cause -> {};

    private final ServerConnections connections;
    private final SharedConnection shared;
    private final byte[] group;
    private final ClientLoop loop;
    private final Timers timers;
    private final StallDetector stalls;
    private final Map<String, Topic> topics = new LinkedHashMap<>();
    /** The subscriptions of each channel that was seen since the subscriptions changed. */
    private final Map<String, List<Subscription>> routes = new LinkedHashMap<>();
    /** The subscriptions that got a signal and have not been woken. */
    private final Set<Subscription> reached = new LinkedHashSet<>();

    private final Timer askAgain = new Timer(this::askAgain);
    private @Nullable Connection connection;
    private @Nullable SignalSupport support;
    private GapReason gapReason = GapReason.RECONNECTED;
    private boolean replacing;
    /** How often a refused pattern was asked for again on this connection. */
    private int askedAgain;

    private boolean over;

    /** A pattern with its subscriptions. */
    private static final class Topic {

        private enum State {
            /** The server has not been asked on this connection. */
            NEW,
            ASKED,
            CONFIRMED,
            /** The server has refused it on this connection. */
            REFUSED
        }

        private final ChannelPattern pattern;
        private final Set<Subscription> subscriptions = new LinkedHashSet<>();
        private State state = State.NEW;
        private boolean wasRefused;

        Topic(ChannelPattern pattern) {
            this.pattern = pattern;
        }
    }

    /** A connection that is not open yet. The queue group is empty for none. */
    ListeningConnection(ServerConnections connections, byte[] group) {
        this.connections = connections;
        this.shared = connections.keptAlive(this);
        this.group = group;
        this.loop = connections.loop();
        this.timers = loop.timers();
        this.stalls = new StallDetector(timers, this);
    }

    void join(Subscription subscription) {
        routes.clear();
        boolean first = topics.isEmpty();
        Topic topic = topics.computeIfAbsent(subscription.pattern(), text -> new Topic(subscription.channelPattern()));
        topic.subscriptions.add(subscription);
        if (topic.state == Topic.State.CONFIRMED) {
            subscription.confirmed(server(), gapReason);
        } else if (topic.state == Topic.State.REFUSED) {
            refused(topic);
        } else if (connection != null && topic.state == Topic.State.NEW) {
            listen(connection, topic);
        } else if (first) {
            connect();
        }
    }

    /** Returns whether no subscription is left; the connection is closed then. */
    boolean leave(Subscription subscription) {
        routes.clear();
        Topic topic = topics.get(subscription.pattern());
        if (topic == null || !topic.subscriptions.remove(subscription) || !topic.subscriptions.isEmpty()) {
            return topics.isEmpty();
        }
        topics.remove(subscription.pattern());
        if (topics.isEmpty()) {
            over = true;
            timers.stop(askAgain);
            stalls.stop();
            connections.remove(shared);
            return true;
        }
        if (connection != null && (topic.state == Topic.State.ASKED || topic.state == Topic.State.CONFIRMED)) {
            connection.send(Requests.unlisten(topic.pattern.bytes(), group), Exchange.ignored());
            askForRefused(connection);
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
        support = new SignalSupport(loop, ready);
        askedAgain = 0;
        stalls.start();
        topics.values().forEach(topic -> listen(ready, topic));
    }

    @Override
    public void unavailable(DflockdException cause) {
        if (over || connections.isClosed()) {
            return;
        }
        if (connection != null) {
            // Not everything could be asked for; the next one is asked for everything again.
            connection.close(cause);
            return;
        }
        topics.values().forEach(topic -> tellRefused(topic, cause));
        connect();
    }

    /** Subscriptions wait for as long as they are open. Each cause of the wait is reported to them. */
    @Override
    public boolean waitsAfter(DflockdException cause) {
        topics.values().forEach(topic -> tellRefused(topic, cause));
        return true;
    }

    private void tellRefused(Topic topic, DflockdException cause) {
        loop.forEach(topic.subscriptions, subscription -> subscription.refused(server(), cause));
    }

    private void listen(Connection on, Topic topic) {
        if (isUnsupported()) {
            refused(topic);
        } else {
            ask(on, topic);
        }
    }

    private void ask(Connection on, Topic topic) {
        topic.state = Topic.State.ASKED;
        Exchange listening = Exchange.of(
                (reply, sentAt) -> {
                    if (connection == on && topics.get(topic.pattern.text()) == topic) {
                        listenAnswered(on, topic, reply);
                    }
                },
                ENDED);
        on.send(Requests.listen(topic.pattern.bytes(), group), listening);
    }

    private void listenAnswered(Connection on, Topic topic, Reply reply) {
        if (reply.is(Status.OK)) {
            confirmed(on, topic);
        } else if (reply.is(Status.ERROR) && support != null) {
            topic.state = Topic.State.REFUSED;
            Runnable known = () -> {
                if (connection == on && topic.state == Topic.State.REFUSED) {
                    refused(topic);
                }
            };
            support.whenKnown(known, ENDED);
        } else {
            refused(topic, Refusals.of(reply, "listen", () -> limitReached(topic)));
        }
    }

    private void confirmed(Connection on, Topic topic) {
        topic.state = Topic.State.CONFIRMED;
        if (support != null) {
            support.confirmed();
        }
        loop.forEach(topic.subscriptions, subscription -> subscription.confirmed(server(), gapReason));
        if (topic.wasRefused) {
            topic.wasRefused = false;
            askForRefused(on);
        }
    }

    private boolean isUnsupported() {
        return support != null && support.isMissing();
    }

    private void refused(Topic topic) {
        refused(topic, isUnsupported() ? new SignalsUnsupportedException(server()) : limitReached(topic));
    }

    private void refused(Topic topic, DflockdException cause) {
        topic.state = Topic.State.REFUSED;
        topic.wasRefused = true;
        tellRefused(topic, cause);
        if (!askAgain.isRunning()) {
            RetryDelay delay = isUnsupported() ? RetryDelay.LISTEN_UNSUPPORTED : RetryDelay.LISTEN_REFUSED;
            timers.start(askAgain, loop.now() + delay.nanos(askedAgain++));
        }
    }

    private SignalRejectedException limitReached(Topic topic) {
        return new SignalRejectedException("server " + server() + " refused to listen to '" + topic.pattern
                + "': most likely this connection has as many subscriptions as --max-subscriptions allows; raise it or"
                + " subscribe to fewer patterns");
    }

    private void askAgain() {
        if (connection != null) {
            askForRefused(connection);
        }
    }

    /** Asks for one pattern. If the server allows it, the next one follows. */
    private void askForRefused(Connection on) {
        for (Topic topic : topics.values()) {
            if (topic.state == Topic.State.REFUSED) {
                ask(on, topic);
                return;
            }
        }
    }

    @Override
    public void pushed(Connection on, String line) {
        stalls.read();
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

    /** Runs when everything that was read at once has been handed out: a wake-up costs more than a signal. */
    private void wakeReached() {
        List<Subscription> woken = List.copyOf(reached);
        reached.clear();
        loop.forEach(woken, Subscription::wake);
    }

    private List<Subscription> targets(String channel) {
        List<Subscription> known = routes.get(channel);
        if (known != null) {
            return known;
        }
        List<Subscription> found = new ArrayList<>();
        for (Topic topic : topics.values()) {
            if (topic.pattern.matches(channel)) {
                found.addAll(topic.subscriptions);
            }
        }
        if (routes.size() >= MAX_ROUTES) {
            routes.clear();
        }
        routes.put(channel, found);
        return found;
    }

    @Override
    public void ask(StallDetector.Question question) {
        Connection current = connection;
        if (current != null) {
            current.send(Requests.keepAlive(), Exchange.tolerant((reply, sentAt) -> stalls.answered(question), ENDED));
        }
    }

    @Override
    public void stoodStill(long nanos) {
        Connection current = connection;
        if (current == null) {
            return;
        }
        ConnectionClosedException cause = new ConnectionClosedException("nothing was read from server " + server()
                + " for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms; it may have stopped pushing signals without"
                + " saying so, so the listening connection is replaced");
        loop.log(() -> logger.warn("{}", cause.getMessage()));
        replacing = true;
        // Signals that the server sent before it answers this are still read.
        current.send(Requests.keepAlive(), Exchange.tolerant((reply, sentAt) -> current.close(cause), ENDED));
    }

    @Override
    public void closed(Connection ended, @Nullable DflockdException cause) {
        if (connection != ended) {
            return;
        }
        connection = null;
        support = null;
        gapReason = replacing ? GapReason.STOOD_STILL : GapReason.RECONNECTED;
        replacing = false;
        stalls.stop();
        timers.stop(askAgain);
        for (Topic topic : topics.values()) {
            boolean confirmed = topic.state == Topic.State.CONFIRMED;
            topic.state = Topic.State.NEW;
            topic.wasRefused = false;
            if (confirmed) {
                loop.forEach(topic.subscriptions, subscription -> subscription.lost(server(), cause));
            } else if (cause != null) {
                tellRefused(topic, cause);
            }
        }
        if (!over && !connections.isClosed()) {
            connect();
        }
    }
}
