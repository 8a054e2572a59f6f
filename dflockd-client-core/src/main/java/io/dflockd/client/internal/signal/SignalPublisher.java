package io.dflockd.client.internal.signal;

import io.dflockd.client.DflockdException;
import io.dflockd.client.Signal;
import io.dflockd.client.SubscriptionOptions;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Signals as reactive streams: a subscription for each subscriber, handed out as far as was requested. */
final class SignalPublisher implements Flow.Publisher<Signal> {

    private static final Logger logger = LoggerFactory.getLogger(SignalPublisher.class);

    private final SignalRegister register;

    private final ChannelPattern pattern;

    private final SubscriptionOptions options;

    SignalPublisher(SignalRegister register, ChannelPattern pattern, SubscriptionOptions options) {
        this.register = register;
        this.pattern = pattern;
        this.options = options;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Signal> subscriber) {
        Demanded demanded = new Demanded(subscriber);
        subscriber.onSubscribe(demanded);
        try {
            demanded.begin();
        } catch (DflockdException ex) {
            subscriber.onError(ex);
        }
    }

    private final class Demanded implements Flow.Subscription {

        private final Flow.Subscriber<? super Signal> subscriber;

        private final Subscription subscription;

        private final HandlerSink lane;

        Demanded(Flow.Subscriber<? super Signal> subscriber) {
            this.subscriber = subscriber;
            Function<Subscription, Sink> sink = owner -> new HandlerSink(
                    options,
                    1,
                    0,
                    owner,
                    this::next,
                    options.executor() != null ? options.executor() : register.handlers(),
                    register::retry,
                    subscriber::onComplete);
            this.subscription = new Subscription(register, pattern, options, sink);
            this.lane = (HandlerSink) subscription.sink();
        }

        void begin() {
            if (!subscription.isClosed()) {
                register.begin(subscription);
            }
        }

        /** A subscriber that throws has broken the rules of reactive streams; it gets nothing more. */
        private void next(Signal signal) {
            if (subscription.isClosed()) {
                return;
            }
            try {
                subscriber.onNext(signal);
            } catch (Throwable ex) {
                logger.error("A subscriber to the signals of '{}' failed; it gets no more", pattern, ex);
                subscription.close();
                throw ex;
            }
        }

        @Override
        public void request(long n) {
            if (n > 0) {
                lane.demand(n);
            } else if (!subscription.isClosed()) {
                subscription.close();
                lane.event(Sink.Event.certain(() -> subscriber.onError(
                        new IllegalArgumentException("requested " + n + " signals; at least 1 must be requested"))));
            }
        }

        @Override
        public void cancel() {
            subscription.close();
        }
    }
}
