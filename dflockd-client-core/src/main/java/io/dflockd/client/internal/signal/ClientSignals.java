package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SignalRouting;
import io.dflockd.client.SignalStream;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.net.ServerConnections;
import io.dflockd.client.internal.settings.ClientSettings;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** The signals of one client. */
public final class ClientSignals implements Signals {

    private final SignalRegister register;
    private final Emitter emitter;

    /** Signals without subscriptions. The executor {@code handlers} runs each task and does not throw. */
    public ClientSignals(ClientLoop loop, ClientSettings settings, List<ServerConnections> servers, Executor handlers) {
        List<ServerConnections> used =
                settings.signalRouting == SignalRouting.FIRST_SERVER ? servers.subList(0, 1) : servers;
        this.register = new SignalRegister(
                loop, handlers, used.stream().map(ServerListeners::new).toList());
        this.emitter = new Emitter(loop, settings, used);
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
        Objects.requireNonNull(handler, "handler must not be null");
        return begin(
                pattern, options, owner -> handlerSink(options, options.concurrency(), Long.MAX_VALUE, owner, handler));
    }

    @Override
    public SignalStream stream(String pattern, SubscriptionOptions options) {
        // A sink that is only for events gets no signals.
        Subscription subscription = begin(
                pattern,
                options,
                owner -> new PullSink(options, owner, handlerSink(options, 1, 0, owner, signal -> {})));
        PullSink sink = (PullSink) subscription.sink();
        PulledSignalStream.Source source = nanos -> {
            register.loop().requireOtherThread();
            return sink.poll(nanos);
        };
        return new PulledSignalStream(subscription, source, subscription::end);
    }

    @Override
    public Flow.Publisher<Signal> publisher(String pattern, SubscriptionOptions options) {
        ChannelPattern checked = new ChannelPattern(pattern);
        requireOptions(options);
        return subscriber -> new RequestedSignals(register, checked, options, subscriber).begin();
    }

    private Subscription begin(String pattern, SubscriptionOptions options, Function<Subscription, Sink> sink) {
        requireOptions(options);
        Subscription subscription = new Subscription(register, new ChannelPattern(pattern), options, sink);
        register.begin(subscription);
        return subscription;
    }

    private static void requireOptions(SubscriptionOptions options) {
        Objects.requireNonNull(options, "options must not be null");
    }

    private HandlerSink handlerSink(
            SubscriptionOptions options, int concurrency, long requested, Sink.Owner owner, SignalHandler handler) {
        return new HandlerSink(options, concurrency, requested, owner, handler, register.executorFor(options), null);
    }

    /** The open subscriptions. On the event loop. */
    public List<ClientSnapshot.Subscription> snapshot() {
        return register.snapshot();
    }

    /** Ends all subscriptions; emits are still possible. On the event loop. Completes at once. */
    public CompletableFuture<Void> close() {
        register.close();
        return CompletableFuture.completedFuture(null);
    }
}
