package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SignalRouting;
import io.dflockd.client.SignalStream;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.net.ServerConnections;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The signals of one client. */
public final class ClientSignals implements Signals {

    private final SignalThreads threads;

    private final SignalRegister runtime;

    private final Emitter emitter;

    /**
     * The settings that matter here.
     *
     * @param routing what signals mean with several servers
     * @param maxPayload the longest payload in bytes
     * @param threads how many threads handle signals at most
     * @param contextClassLoader what these threads have as theirs
     * @param requestTimeout for an emit
     */
    public record Options(
            SignalRouting routing,
            int maxPayload,
            int threads,
            @Nullable ClassLoader contextClassLoader,
            Duration requestTimeout) {}

    /**
     * Signals without subscriptions.
     *
     * @param callbacks where futures are completed
     * @param events takes what to tell the client's listeners
     * @param servers all servers, in the client's order
     * @param sharding the server of a channel
     */
    public ClientSignals(
            EventLoop loop,
            Executor callbacks,
            Consumer<Consumer<DflockdClientListener>> events,
            Options options,
            List<ServerConnections> servers,
            Function<String, ServerAddress> sharding) {
        List<ServerConnections> used =
                options.routing() == SignalRouting.FIRST_SERVER ? servers.subList(0, 1) : servers;
        Map<ServerAddress, EmitConnection> links = new LinkedHashMap<>();
        used.forEach(server -> links.put(
                server.server(),
                new EmitConnection(server, options.requestTimeout().toNanos())));
        this.threads = new SignalThreads(options.threads(), options.contextClassLoader());
        this.runtime = new SignalRegister(
                loop,
                callbacks,
                threads,
                events,
                used.stream().map(server -> new ServerListeners(server, loop)).toList());
        List<EmitConnection> all = List.copyOf(links.values());
        boolean sharded = options.routing() == SignalRouting.BY_CHANNEL && all.size() > 1;
        Function<String, List<EmitConnection>> route = sharded
                ? channel -> List.of(Objects.requireNonNull(links.get(sharding.apply(channel))))
                : channel -> all;
        this.emitter = new Emitter(runtime, route, options.maxPayload(), callbacks, options.requestTimeout());
    }

    @Override
    public long emit(String channel, String payload) throws InterruptedException {
        return emitter.emit(channel, payload);
    }

    @Override
    public CompletableFuture<Long> emitAsync(String channel, String payload) {
        return emitter.emitAsync(channel, payload);
    }

    @Override
    public SignalSubscription subscribe(String pattern, SubscriptionOptions options, SignalHandler handler) {
        return begin(pattern, options, owner -> lane(options, options.concurrency(), Long.MAX_VALUE, owner, handler));
    }

    @Override
    public SignalStream stream(String pattern, SubscriptionOptions options) {
        return new PulledSignalStream(begin(
                pattern,
                options,
                owner -> new PullSink(options, owner, lane(options, 1, 0, owner, ClientSignals::ignore))));
    }

    @Override
    public Flow.Publisher<Signal> publisher(String pattern, SubscriptionOptions options) {
        return new SignalPublisher(runtime, new ChannelPattern(pattern), options);
    }

    private Subscription begin(String pattern, SubscriptionOptions options, Function<Subscription, Sink> sink) {
        Subscription subscription = new Subscription(runtime, new ChannelPattern(pattern), options, sink);
        runtime.begin(subscription);
        return subscription;
    }

    private HandlerSink lane(
            SubscriptionOptions options, int concurrency, long demand, Sink.Owner owner, SignalHandler handler) {
        Executor executor = options.executor() != null ? options.executor() : runtime.handlers();
        return new HandlerSink(options, concurrency, demand, owner, handler, executor, runtime::retry, null);
    }

    private static void ignore(Signal signal) {
        // A lane for events gets no signals.
    }

    /** What is subscribed to. On the event loop. */
    public List<ClientSnapshot.Subscription> snapshot() {
        return runtime.snapshot();
    }

    /** Ends all subscriptions; emits are still possible. On the event loop. Completes at once. */
    public CompletableFuture<Void> close() {
        runtime.close();
        threads.close();
        return CompletableFuture.completedFuture(null);
    }
}
