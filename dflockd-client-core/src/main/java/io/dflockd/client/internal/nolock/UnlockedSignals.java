package io.dflockd.client.internal.nolock;

import io.dflockd.client.FieldRules;
import io.dflockd.client.Signal;
import io.dflockd.client.SignalHandler;
import io.dflockd.client.SignalStream;
import io.dflockd.client.SignalSubscription;
import io.dflockd.client.Signals;
import io.dflockd.client.SubscriptionOptions;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.signal.PulledSignalStream;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;

/** Signals that reach nobody. Subscriptions last until they or the client are closed. */
final class UnlockedSignals implements Signals {

    private final UnlockedClient client;
    private final Set<UnlockedSubscription> open = ConcurrentHashMap.newKeySet();

    UnlockedSignals(UnlockedClient client) {
        this.client = client;
    }

    @Override
    public long emit(String channel, String payload) throws InterruptedException {
        ClientLoop.requireNotInterrupted();
        return emitted(channel, payload);
    }

    private long emitted(String channel, String payload) {
        FieldRules.channel(channel);
        FieldRules.payload(payload, FieldRules.MAX_LINE_BYTES);
        client.requireOpen();
        return 0;
    }

    @Override
    public CompletableFuture<Long> emitAsync(String channel, String payload) {
        return UnlockedClient.async(() -> emitted(channel, payload));
    }

    @Override
    public SignalSubscription subscribe(String pattern, SubscriptionOptions options, SignalHandler handler) {
        Objects.requireNonNull(handler, "handler must not be null");
        return begin(pattern, options);
    }

    @Override
    public SignalStream stream(String pattern, SubscriptionOptions options) {
        UnlockedSubscription subscription = begin(pattern, options);
        return new PulledSignalStream(subscription, subscription::awaitEnd, subscription::end);
    }

    @Override
    public Flow.Publisher<Signal> publisher(String pattern, SubscriptionOptions options) {
        check(pattern, options);
        return subscriber -> {
            UnlockedSubscription subscription = new UnlockedSubscription(pattern, options.group());
            subscriber.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long n) {
                    if (n < 1 && subscription.end()) {
                        subscriber.onError(
                                new IllegalArgumentException("requested " + n + " signals; at least 1 is expected"));
                    }
                }

                @Override
                public void cancel() {
                    subscription.end();
                }
            });
            if (client.isClosed()) {
                if (subscription.end()) {
                    subscriber.onError(ClientLoop.closedException());
                }
                return;
            }
            keep(subscription);
            subscription.ended().thenAccept(byClient -> {
                if (byClient) {
                    subscriber.onComplete();
                }
            });
        };
    }

    private UnlockedSubscription begin(String pattern, SubscriptionOptions options) {
        check(pattern, options);
        client.requireOpen();
        UnlockedSubscription subscription = new UnlockedSubscription(pattern, options.group());
        keep(subscription);
        return subscription;
    }

    private static void check(String pattern, SubscriptionOptions options) {
        FieldRules.pattern(pattern);
        Objects.requireNonNull(options, "options must not be null");
    }

    private void keep(UnlockedSubscription subscription) {
        open.add(subscription);
        subscription.ended().thenAccept(byClient -> open.remove(subscription));
        if (client.isClosed()) {
            subscription.endByClient();
        }
    }

    void close() {
        open.forEach(UnlockedSubscription::endByClient);
    }
}
