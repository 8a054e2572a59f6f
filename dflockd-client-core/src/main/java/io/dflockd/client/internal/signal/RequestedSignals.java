package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscription of one subscriber to a reactive stream of signals. The subscriber gets as many as it requests. */
final class RequestedSignals implements Flow.Subscription {

    private static final Logger logger = LoggerFactory.getLogger(RequestedSignals.class);
    private final SignalRegister register;
    private final Flow.Subscriber<? super Signal> subscriber;
    private final Subscription subscription;
    private final HandlerSink sink;

    RequestedSignals(
            SignalRegister register,
            ChannelPattern pattern,
            SubscriptionOptions options,
            Flow.Subscriber<? super Signal> subscriber) {
        this.register = register;
        this.subscriber = subscriber;
        Function<Subscription, Sink> newSink = owner -> new HandlerSink(
                options, 1, 0, owner, this::next, register.executorFor(options), subscriber::onComplete);
        this.subscription = new Subscription(register, pattern, options, newSink);
        this.sink = (HandlerSink) subscription.sink();
    }

    void begin() {
        subscriber.onSubscribe(this);
        try {
            if (!subscription.isClosed()) {
                register.begin(subscription);
            }
        } catch (DflockdException ex) {
            subscriber.onError(ex);
        }
    }

    /** A subscriber that throws violates the rules of reactive streams and gets nothing more. */
    private void next(Signal signal) {
        if (subscription.isClosed()) {
            return;
        }
        try {
            subscriber.onNext(signal);
        } catch (Throwable ex) {
            logger.error("A subscriber to the signals of '{}' failed; it gets no more", subscription.pattern(), ex);
            subscription.close();
            throw ex;
        }
    }

    @Override
    public void request(long n) {
        if (n > 0) {
            sink.request(n);
        } else if (!subscription.isClosed()) {
            subscription.close();
            sink.event(new Sink.Event(() -> subscriber.onError(new IllegalArgumentException(
                    "requested " + n + " signals; request at least 1 (rule 3.9 of Reactive Streams)"))));
        }
    }

    @Override
    public void cancel() {
        subscription.close();
    }
}
