package io.dflockd.spring.boot.metrics;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.client.DflockdException;
import io.dflockd.client.LossReason;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionInfo;
import io.dflockd.client.SubscriptionListener.GapReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts the events of one client. A registry that throws does no harm: the client catches what its listeners throw.
 * Thread-safe.
 */
public final class DflockdCounters implements DflockdClientListener {

    private final LateMeterRegistry registry;

    private final String client;

    private final BoundedNames names;

    /**
     * Creates the counters.
     *
     * @param registry where they are registered
     * @param client the client's name
     * @param maxNames how many logical names may become tag values
     */
    public DflockdCounters(LateMeterRegistry registry, String client, int maxNames) {
        this.registry = registry;
        this.client = client;
        this.names = new BoundedNames(maxNames);
    }

    @Override
    public void acquired(Subject subject, Duration waited) {
        count(DflockdMeter.ACQUISITIONS, outcome(subject, "acquired"));
    }

    @Override
    public void timedOut(Subject subject, Duration waited) {
        count(DflockdMeter.ACQUISITIONS, outcome(subject, "busy"));
    }

    @Override
    public void acquireFailed(Subject subject, Throwable cause) {
        count(DflockdMeter.ACQUISITIONS, outcome(subject, "failed"));
    }

    @Override
    public void released(Subject subject, Duration held, boolean confirmed) {
        count(DflockdMeter.RELEASES, outcome(subject, confirmed ? "released" : "unconfirmed"));
    }

    @Override
    public void lost(Subject subject, LossReason reason) {
        count(DflockdMeter.LOST, tags(subject).and(MeterTag.REASON.key(), lowerCase(reason)));
    }

    @Override
    public void suspended(Subject subject, LossReason reason) {
        count(DflockdMeter.SUSPENSIONS, tags(subject));
    }

    @Override
    public void resumed(Subject subject, Duration after) {
        count(DflockdMeter.RESUMPTIONS, tags(subject));
    }

    @Override
    public void abandoned(Subject subject) {
        count(DflockdMeter.ABANDONED, tags(subject));
    }

    @Override
    public void renewed(Subject subject) {
        count(DflockdMeter.RENEWALS, tags(subject));
    }

    @Override
    public void renewalFailed(Subject subject, Throwable cause) {
        count(DflockdMeter.RENEWAL_FAILURES, tags(subject));
    }

    @Override
    public void connected(ServerAddress server, boolean reconnect) {
        count(reconnect ? DflockdMeter.RECONNECTS : DflockdMeter.CONNECTS, tags(server));
    }

    @Override
    public void disconnected(ServerAddress server, @Nullable DflockdException cause) {
        if (cause != null) {
            count(DflockdMeter.DISCONNECTS, tags(server));
        }
    }

    @Override
    public void connectFailed(ServerAddress server, DflockdException cause) {
        count(DflockdMeter.CONNECT_FAILURES, tags(server));
    }

    @Override
    public void signalEmitted(String channel, ServerAddress server, long count) {
        count(DflockdMeter.SIGNALS_EMITTED, tags(server).and(MeterTag.OUTCOME.key(), "emitted"));
    }

    @Override
    public void signalEmitFailed(String channel, ServerAddress server, Throwable cause) {
        count(DflockdMeter.SIGNALS_EMITTED, tags(server).and(MeterTag.OUTCOME.key(), "failed"));
    }

    @Override
    public void signalsReceived(SubscriptionInfo subscribed, long count) {
        count(DflockdMeter.SIGNALS_RECEIVED, tags(subscribed), count);
    }

    @Override
    public void signalsDropped(SubscriptionInfo subscribed, long count) {
        count(DflockdMeter.SIGNALS_DROPPED, tags(subscribed), count);
    }

    @Override
    public void signalHandlerFailed(SubscriptionInfo subscribed, Throwable cause) {
        count(DflockdMeter.SIGNAL_HANDLER_FAILURES, tags(subscribed));
    }

    @Override
    public void subscriptionGap(SubscriptionInfo subscribed, ServerAddress server, GapReason reason) {
        count(
                DflockdMeter.SIGNAL_GAPS,
                tags(subscribed)
                        .and(MeterTag.SERVER.key(), server.toString())
                        .and(MeterTag.REASON.key(), lowerCase(reason)));
    }

    private void count(DflockdMeter meter, Tags tags) {
        count(meter, tags, 1);
    }

    private void count(DflockdMeter meter, Tags tags, long amount) {
        registry.count(meters -> Counter.builder(meter.meterName())
                .description(meter.description())
                .tags(tags)
                .register(meters)
                .increment(amount));
    }

    private Tags tags(SubscriptionInfo subscribed) {
        return Tags.of(MeterTag.CLIENT.key(), client, MeterTag.NAME.key(), names.valueOf(subscribed.name()));
    }

    private Tags outcome(Subject subject, String outcome) {
        return tags(subject).and(MeterTag.OUTCOME.key(), outcome);
    }

    private Tags tags(Subject subject) {
        return tags(subject.server())
                .and(MeterTag.KIND.key(), lowerCase(subject.kind()))
                .and(MeterTag.NAME.key(), names.valueOf(subject.name()));
    }

    private Tags tags(ServerAddress server) {
        return Tags.of(MeterTag.CLIENT.key(), client, MeterTag.SERVER.key(), server.toString());
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
