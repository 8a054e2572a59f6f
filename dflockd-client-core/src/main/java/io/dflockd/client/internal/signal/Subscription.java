package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.signal.SignalBuffer.Offer;
import io.dflockd.client.internal.signal.Sink.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: what its listeners are told, what is counted, and its end. Which servers have confirmed it is known on
 * the event loop; any thread may close it, also while another does.
 */
final class Subscription implements SignalSubscription, Sink.Owner {

    private static final Logger logger = LoggerFactory.getLogger(Subscription.class);

    private static final int MAX_REFUSALS = 16;

    private enum Topic {
        STATE,
        GAP,
        REFUSAL
    }

    /** What an event is about: the last one of each waits for the listener, however long that takes. */
    private record About(Topic topic, ServerAddress server) {}

    private final SignalRegister register;

    private final ChannelPattern pattern;

    private final SubscriptionOptions options;

    private final SubscriptionListener listener;

    private final SubscriptionInfo subject;

    private final Sink sink;

    private final SignalCounter arrivals;

    private final SignalCounter drops;

    private final AtomicLong untoldDrops = new AtomicLong();

    private final Set<ServerAddress> connectedTo = new HashSet<>();

    private final Set<ServerAddress> everConnectedTo = new HashSet<>();

    /** What was told since a server confirmed it last: attempts go on, and fail in the same way. */
    private final Map<ServerAddress, Set<String>> toldRefusals = new HashMap<>();

    /** Where it left because its buffer was full. */
    private final Set<ServerAddress> overflowedAt = new HashSet<>();

    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Whether what had arrived before the close was handled: the same for all who close. No code of callers hangs on it. */
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

    private volatile boolean connected;

    /** Left at the servers until the buffer is handled. Written on the event loop. */
    private volatile boolean suspended;

    Subscription(
            SignalRegister register,
            ChannelPattern pattern,
            SubscriptionOptions options,
            Function<Subscription, Sink> sink) {
        this.register = register;
        this.pattern = pattern;
        this.options = options;
        this.listener = options.listener() == null ? new SubscriptionListener() {} : options.listener();
        this.subject = new SubscriptionInfo(options.name(), pattern.text(), options.group());
        this.arrivals =
                new SignalCounter(register.loop().events(), (client, count) -> client.signalsReceived(subject, count));
        this.drops =
                new SignalCounter(register.loop().events(), (client, count) -> client.signalsDropped(subject, count));
        this.sink = sink.apply(this);
    }

    ChannelPattern channelPattern() {
        return pattern;
    }

    Sink sink() {
        return sink;
    }

    SubscriptionInfo subject() {
        return subject;
    }

    SubscriptionOptions options() {
        return options;
    }

    @Override
    public String pattern() {
        return pattern.text();
    }

    @Override
    public @Nullable String group() {
        return options.group();
    }

    @Override
    public CompletableFuture<Void> ready() {
        return register.loop().forCaller(ready);
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public long received() {
        return arrivals.total();
    }

    @Override
    public long dropped() {
        return drops.total();
    }

    @Override
    public int buffered() {
        return sink.buffered();
    }

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    /** A server has confirmed it. On the event loop. */
    void confirmed(ServerAddress server, GapReason ifMissed) {
        if (closed.get() || !connectedTo.add(server)) {
            return;
        }
        toldRefusals.remove(server);
        boolean again = !everConnectedTo.add(server);
        tell(
                Topic.STATE,
                server,
                () -> listener.connected(server, again),
                client -> client.subscriptionConnected(subject, server, again));
        if (again) {
            GapReason reason = overflowedAt.remove(server) ? GapReason.OVERFLOWED : ifMissed;
            tell(
                    Topic.GAP,
                    server,
                    () -> listener.gap(server, reason),
                    client -> client.subscriptionGap(subject, server, reason));
        }
        if (connectedTo.size() == register.listeningServers()) {
            connected = true;
            ready.complete(null);
        }
    }

    /** The connection to a server has ended. On the event loop. */
    void lost(ServerAddress server, @Nullable DflockdException cause) {
        if (!closed.get() && connectedTo.remove(server)) {
            connected = false;
            tell(
                    Topic.STATE,
                    server,
                    () -> listener.disconnected(server, cause),
                    client -> client.subscriptionDisconnected(subject, server, cause));
        }
    }

    /** A server has refused it, or cannot be reached for a reason that waiting does not mend. On the event loop. */
    void refused(ServerAddress server, DflockdException cause) {
        Set<String> told = toldRefusals.computeIfAbsent(server, unknown -> new HashSet<>());
        if (closed.get() || told.size() == MAX_REFUSALS || !told.add(cause.toString())) {
            return;
        }
        register.loop()
                .log(() ->
                        logger.warn("The subscription to '{}' does not listen yet: {}", pattern, cause.getMessage()));
        tell(
                Topic.REFUSAL,
                server,
                () -> listener.refused(server, cause),
                client -> client.subscriptionRefused(subject, server, cause));
    }

    /** A signal has arrived; {@link #wake} follows. On the event loop. */
    void arrived(Signal signal) {
        if (suspended || closed.get()) {
            return;
        }
        arrivals.add(1);
        Offer offer = sink.offer(signal);
        if (offer != Offer.KEPT) {
            drops.add(1);
            tellOfDrop();
        }
        if (offer == Offer.OVERFLOWED) {
            register.loop().execute(this::suspend);
        }
    }

    void wake() {
        sink.wake();
    }

    private void tellOfDrop() {
        if (options.listener() != null && !closed.get() && untoldDrops.getAndIncrement() == 0) {
            sink.event(Event.certain(() -> listener.dropped(untoldDrops.getAndSet(0))));
        }
    }

    private void suspend() {
        if (suspended || closed.get()) {
            return;
        }
        suspended = true;
        register.leave(this);
        for (ServerAddress server : Set.copyOf(connectedTo)) {
            overflowedAt.add(server);
            lost(server, null);
        }
        resumeIfIdle();
    }

    private void resumeIfIdle() {
        if (suspended && !closed.get() && sink.isIdle()) {
            suspended = false;
            register.join(this);
        }
    }

    @Override
    public void emptied() {
        if (suspended) {
            register.loop().execute(this::resumeIfIdle);
        }
    }

    @Override
    public void handlerFailed(Signal signal, Throwable cause) {
        register.loop().events().accept(client -> client.signalHandlerFailed(subject, cause));
        listener.handlerFailed(signal, cause);
    }

    private void tell(Topic topic, ServerAddress server, Runnable event, Consumer<DflockdClientListener> clientEvent) {
        if (options.listener() != null) {
            sink.event(new Event(new About(topic, server), event));
        }
        register.loop().events().accept(clientEvent);
    }

    @Override
    public boolean close(Duration drain) throws InterruptedException {
        register.loop().requireOtherThread();
        beginDrain();
        try {
            return outcome.get(Durations.nanos(drain), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ex) {
            return false;
        } finally {
            discard();
        }
    }

    @Override
    public CompletableFuture<Boolean> closeAsync(Duration drain) {
        beginDrain();
        if (!outcome.isDone() && !register.loop().after(Durations.nanos(drain), this::discard)) {
            discard();
        }
        return register.loop().forCaller(outcome);
    }

    /** A stream that was ended is not kept by the client; one that somebody waits for is. */
    private void beginDrain() {
        beginClose();
        if (!outcome.isDone()) {
            register.drain(this);
        }
    }

    /** Nothing arrives any more; runs something when the rest has been handled or dropped. On the event loop. */
    void drain(Runnable done) {
        outcome.thenRun(done);
        sink.end().thenRun(() -> outcome.complete(true));
    }

    @Override
    public void close() {
        if (beginClose()) {
            register.stop(this);
        }
        discard();
    }

    /** Stops listening; what has arrived stays where it is. */
    void end() {
        if (beginClose()) {
            sink.end().thenRun(() -> outcome.complete(true));
            register.stop(this);
        }
    }

    /** The client is being closed. Any thread. */
    void clientClosed() {
        beginClose();
        ended(sink.clientClosed());
    }

    private void discard() {
        ended(sink.discard());
    }

    /** The close is over, whatever is still being handled. These drops are counted only: they were asked for. */
    private void ended(int dropped) {
        if (dropped > 0) {
            drops.add(dropped);
        }
        outcome.complete(dropped == 0 && sink.end().isDone());
    }

    private boolean beginClose() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        connected = false;
        register.fail(ready, "the subscription to '" + pattern + "' was closed before every server had confirmed it");
        return true;
    }

    @Override
    public String toString() {
        return "SignalSubscription[" + pattern + (options.group() == null ? "" : " in group " + options.group()) + "]";
    }
}
