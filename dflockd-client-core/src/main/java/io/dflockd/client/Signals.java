package io.dflockd.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/**
 * Signals: short texts that are pushed to every listener that is connected at that moment. The server stores, repeats and
 * acknowledges nothing.
 *
 * <p>A channel consists of tokens between dots. In a pattern {@code *} stands for one whole token and {@code >}, at the
 * end, for one or more. Both have 1 to 256 bytes of UTF-8 without blank, TAB, CR and LF; a channel has no wildcards.
 *
 * <p><b>What the count means.</b> An emit returns the number of listeners for which the server has queued the signal. Plain
 * subscriptions count once per connection, so those of one client count 1 together; each pair of pattern and group counts 1.
 * The count does not mean that a listener received the signal. The server keeps at most 64 unwritten signals for each
 * listening connection, drops further ones without notice, and does not count those. A listener that the server has given up
 * on is still counted.
 *
 * <p><b>What is promised.</b> Signals of one emitter on one channel reach a subscription in their order, each at most once
 * (but see {@link SignalRouting#ALL_SERVERS}). An emit that failed may still be delivered, also after later ones. Signals may
 * be missed; if this client knows that they may have been, it reports a {@link SubscriptionListener#gap}.
 *
 * <p><b>Connections and threads.</b> Per server there is one connection for emits, one for all plain subscriptions, and
 * one for each group subscription; none of them owns a lock. Handlers run on a bounded number of daemon threads that all
 * subscriptions share ({@link DflockdClientBuilder#signalThreads}), each subscription in its own order. A handler that
 * blocks for long occupies one of these threads; give its subscription an executor of its own.
 *
 * <p><b>Servers.</b> Signals exist from 1.11 until 2.0, which removed them. On a server without signals an emit fails with a
 * {@link SignalsUnsupportedException}, and a subscription reports the same ({@link SubscriptionListener#refused}), goes on, and
 * asks again after minutes.
 *
 * <p>All methods throw {@link InvalidArgumentException} if an argument breaks a rule, before anything is sent. Thread-safe.
 */
public interface Signals {

    /** Checks a pattern, as every subscription does, without subscribing. */
    static void checkPattern(String pattern) {
        FieldRules.pattern(pattern);
    }

    /**
     * Emits a signal and waits for the answer. It is never sent twice: after a failure it may have been delivered or not.
     *
     * @param payload not empty, without CR and LF, at most {@link DflockdClientBuilder#maxSignalPayload} bytes of UTF-8
     * @throws SignalRejectedException if the server refused it; a {@link SignalsUnsupportedException} if it has no signals
     * @throws DflockdException if the server cannot be reached or does not answer
     * @throws InterruptedException if the thread is interrupted; the signal may have been emitted
     */
    long emit(String channel, String payload) throws InterruptedException;

    /**
     * Emits a signal. Emits of one thread leave in the order of the calls. Many emits whose answers are not awaited
     * overrun the server's buffers for its listeners. Completed on the callback executor with what {@link #emit}
     * returns or throws.
     */
    CompletableFuture<Long> emitAsync(String channel, String payload);

    /**
     * Subscribes. Returns at once. If a server is down, the client listens as soon as it is up. Close the subscription.
     */
    default SignalSubscription subscribe(String pattern, SignalHandler handler) {
        return subscribe(pattern, SubscriptionOptions.defaults(), handler);
    }

    /**
     * Subscribes as a member of a queue group: each signal goes to one of the members. Close the subscription. The same
     * group under another pattern is another one. A group is not blank and has at most 256 bytes of UTF-8.
     */
    default SignalSubscription subscribe(String pattern, String group, SignalHandler handler) {
        if (group == null) {
            throw new InvalidArgumentException("group is null; leave it out for a plain subscription");
        }
        return subscribe(pattern, SubscriptionOptions.defaults().withGroup(group), handler);
    }

    /** Subscribes with options. Close the subscription. */
    SignalSubscription subscribe(String pattern, SubscriptionOptions options, SignalHandler handler);

    /** Subscribes, for a caller that takes the signals. Close the stream. */
    default SignalStream stream(String pattern) {
        return stream(pattern, SubscriptionOptions.defaults());
    }

    /** Subscribes with options, for a caller that takes the signals. Close the stream. */
    SignalStream stream(String pattern, SubscriptionOptions options);

    /**
     * Signals as a publisher. Each subscriber has a subscription of its own, from its {@code onSubscribe} to its
     * cancel. Signals that are not requested yet wait in the buffer, whose policy applies. Completes when the client is
     * closed. It listens only while it has subscribers.
     */
    Flow.Publisher<Signal> publisher(String pattern, SubscriptionOptions options);
}
