package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.dflockd.client.OverflowPolicy;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.Durations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * One subscription: the events of its listener, its counts, and its end. Which servers have confirmed it is known on the
 * event loop. Any thread may close it, also while another does.
 */
final class Subscription implements SignalSubscription, Sink.Owner {

    private static final Logger logger = LoggerFactory.getLogger(Subscription.class);

    /** The kinds of events of which only the last one about a server matters to a listener that is slow. */
    private enum Kind {
        STATE,
        GAP,
        REFUSAL
    }

    private final SignalRegister register;
    private final ChannelPattern pattern;
    private final SubscriptionOptions options;
    private final SubscriptionListener listener;
    private final SubscriptionInfo info;
    private final Sink sink;
    private final SignalCounter arrivals;
    private final SignalCounter drops;
    private final AtomicLong unreportedDrops = new AtomicLong();
    private final Map<ServerAddress, ServerState> servers = new LinkedHashMap<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Whether what had arrived before the close was handled: the same for all callers of close. Runs no code of callers. */
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

    private volatile boolean connected;
    /** Whether it has left the servers until its buffer is handled. Written on the event loop. */
    private volatile boolean suspended;

    /** A subscription that does not listen yet. */
    Subscription(
            SignalRegister register,
            ChannelPattern pattern,
            SubscriptionOptions options,
            Function<Subscription, Sink> sink) {
        this.register = register;
        this.pattern = pattern;
        this.options = options;
        this.listener = options.listener() == null ? new SubscriptionListener() {} : options.listener();
        this.info = new SubscriptionInfo(options.name(), pattern.text(), options.group());
        this.arrivals =
                new SignalCounter(register.loop().events(), (client, count) -> client.signalsReceived(info, count));
        this.drops = new SignalCounter(register.loop().events(), (client, count) -> client.signalsDropped(info, count));
        register.servers().forEach(server -> servers.put(server, new ServerState(server)));
        this.sink = sink.apply(this);
    }

    ChannelPattern channelPattern() {
        return pattern;
    }

    Sink sink() {
        return sink;
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
    void confirmed(ServerAddress server, GapReason ifConnectionBroke) {
        ServerState.Confirmation confirmation =
                closed.get() ? null : state(server).confirm(ifConnectionBroke);
        if (confirmation == null) {
            return;
        }
        boolean again = confirmation.again();
        if (again || confirmation.afterProblem()) {
            register.loop().log(() -> logger.info("{} listens {}at server {}", this, again ? "again " : "", server));
        }
        tell(
                Kind.STATE,
                server,
                () -> listener.connected(server, again),
                client -> client.subscriptionConnected(info, server, again));
        if (again) {
            tell(
                    Kind.GAP,
                    server,
                    () -> listener.gap(server, confirmation.gap()),
                    client -> client.subscriptionGap(info, server, confirmation.gap()));
        }
        if (servers.values().stream().allMatch(ServerState::isConnected)) {
            connected = true;
            ready.complete(null);
        }
    }

    /** The connection to a server has ended. On the event loop. */
    void lost(ServerAddress server, @Nullable DflockdException cause) {
        if (!closed.get() && state(server).disconnect(cause)) {
            tellDisconnected(server, cause);
        }
    }

    private void tellDisconnected(ServerAddress server, @Nullable DflockdException cause) {
        connected = false;
        tell(
                Kind.STATE,
                server,
                () -> listener.disconnected(server, cause),
                client -> client.subscriptionDisconnected(info, server, cause));
    }

    /** A server has refused it or could not be reached. On the event loop. */
    void refused(ServerAddress server, DflockdException cause) {
        if (closed.get() || !state(server).refuse(cause)) {
            return;
        }
        register.loop()
                .log(() -> logger.warn(
                        "{} does not listen at server {} and tries again: {}", this, server, cause.getMessage()));
        tell(
                Kind.REFUSAL,
                server,
                () -> listener.refused(server, cause),
                client -> client.subscriptionRefused(info, server, cause));
    }

    private ServerState state(ServerAddress server) {
        return Objects.requireNonNull(servers.get(server));
    }

    /** A signal has arrived; {@link #wake} follows. On the event loop. */
    void arrived(Signal signal) {
        if (suspended || closed.get()) {
            return;
        }
        arrivals.add(1);
        int dropped = sink.offer(signal);
        if (dropped > 0) {
            drops.add(dropped);
            tellDropped(dropped);
            if (options.overflow() == OverflowPolicy.RESUBSCRIBE) {
                register.loop().execute(this::suspend);
            }
        }
    }

    void wake() {
        sink.wake();
    }

    private void tellDropped(int count) {
        if (options.listener() != null && !closed.get() && unreportedDrops.getAndAdd(count) == 0) {
            sink.event(new Sink.Event(() -> listener.dropped(unreportedDrops.getAndSet(0))));
        }
    }

    private void suspend() {
        if (suspended || closed.get()) {
            return;
        }
        suspended = true;
        register.leave(this);
        for (ServerState state : servers.values()) {
            if (state.leaveBecauseFull()) {
                tellDisconnected(state.server(), null);
            }
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
        register.loop().events().accept(client -> client.signalHandlerFailed(info, cause));
        listener.handlerFailed(signal, cause);
    }

    private void tell(Kind kind, ServerAddress server, Runnable event, Consumer<DflockdClientListener> clientEvent) {
        if (options.listener() != null) {
            sink.event(new Sink.Event(List.of(kind, server), event));
        }
        register.loop().events().accept(clientEvent);
    }

    @Override
    public boolean close(Duration drain) throws InterruptedException {
        Objects.requireNonNull(drain, "drain must not be null");
        register.loop().requireOtherThread();
        beginDrain();
        try {
            // A handler would wait for itself.
            long patience = sink.isHandlingOnThisThread() ? 0 : Durations.nanos(drain);
            return outcome.get(patience, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ex) {
            return false;
        } finally {
            discard();
        }
    }

    @Override
    public CompletableFuture<Boolean> closeAsync(Duration drain) {
        Objects.requireNonNull(drain, "drain must not be null");
        beginDrain();
        if (!outcome.isDone() && !register.loop().schedule(this::discard, Durations.nanos(drain))) {
            discard();
        }
        return register.loop().forCaller(outcome);
    }

    /** The client keeps a subscription that is being drained, but not a stream that has ended. */
    private void beginDrain() {
        beginClose();
        if (!outcome.isDone()) {
            register.drain(this);
        }
    }

    /** No more signals arrive. Runs a task when the rest has been handled or dropped. On the event loop. */
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

    /** Stops listening; what has arrived stays in the sink. */
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

    /** The close is over, even if a handler still runs. These drops are counted but not reported: they were requested. */
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

    /** What it is now. On the event loop. */
    ClientSnapshot.Subscription snapshot() {
        return new ClientSnapshot.Subscription(
                info.name(),
                info.pattern(),
                info.group(),
                connected,
                servers.values().stream().map(ServerState::snapshot).toList(),
                received(),
                dropped(),
                buffered());
    }

    @Override
    public String toString() {
        return "Subscription" + (info.name() == null ? "" : " '" + info.name() + "'") + " to '" + pattern + "'"
                + (info.group() == null ? "" : " in group '" + info.group() + "'");
    }
}
