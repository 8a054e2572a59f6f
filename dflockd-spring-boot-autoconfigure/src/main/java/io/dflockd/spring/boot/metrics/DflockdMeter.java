package io.dflockd.spring.boot.metrics;

import io.micrometer.core.instrument.Meter;
import java.util.List;

/** All counters and gauges. Their documentation is generated from here. */
public enum DflockdMeter {
    /** Acquisitions that ended. */
    ACQUISITIONS(
            "dflockd.acquisitions",
            Meter.Type.COUNTER,
            "Acquisitions that ended: acquired, busy until the timeout, or failed",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER, MeterTag.OUTCOME)),
    /** Handles that were released. */
    RELEASES(
            "dflockd.releases",
            Meter.Type.COUNTER,
            "Releases: released, or unconfirmed where the server did not answer",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER, MeterTag.OUTCOME)),
    /** Handles that were lost. */
    LOST(
            "dflockd.lost",
            Meter.Type.COUNTER,
            "Locks and slots that were lost while held",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER, MeterTag.REASON)),
    /** Handles that were suspended. */
    SUSPENSIONS(
            "dflockd.suspensions",
            Meter.Type.COUNTER,
            "Locks and slots that were suspended because their connection had ended",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER)),
    /** Handles that were resumed. */
    RESUMPTIONS(
            "dflockd.resumptions",
            Meter.Type.COUNTER,
            "Suspended locks and slots that the server still had",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER)),
    /** Handles that nobody released. */
    ABANDONED(
            "dflockd.abandoned",
            Meter.Type.COUNTER,
            "Handles that became garbage without a release",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER)),
    /** Renewals that were confirmed. */
    RENEWALS(
            "dflockd.renewals",
            Meter.Type.COUNTER,
            "Leases renewed in the background",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER)),
    /** Renewals that were not confirmed. */
    RENEWAL_FAILURES(
            "dflockd.renewal.failures",
            Meter.Type.COUNTER,
            "Renewals that were not confirmed; tried again until the lease ends",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.NAME, MeterTag.SERVER)),
    /** Connections that became ready. */
    CONNECTS(
            "dflockd.connects",
            Meter.Type.COUNTER,
            "Connections that became ready for the first time",
            List.of(MeterTag.CLIENT, MeterTag.SERVER)),
    /** Connections that replaced one. */
    RECONNECTS(
            "dflockd.reconnects",
            Meter.Type.COUNTER,
            "Connections that replaced one that had ended",
            List.of(MeterTag.CLIENT, MeterTag.SERVER)),
    /** Connections that broke. */
    DISCONNECTS(
            "dflockd.disconnects",
            Meter.Type.COUNTER,
            "Connections that ended without this client having closed them",
            List.of(MeterTag.CLIENT, MeterTag.SERVER)),
    /** Attempts to connect that failed. */
    CONNECT_FAILURES(
            "dflockd.connect.failures",
            Meter.Type.COUNTER,
            "Attempts to connect that failed",
            List.of(MeterTag.CLIENT, MeterTag.SERVER)),
    /** Signals that were emitted. */
    SIGNALS_EMITTED(
            "dflockd.signals.emitted",
            Meter.Type.COUNTER,
            "Signals emitted: answered by the server, or failed",
            List.of(MeterTag.CLIENT, MeterTag.SERVER, MeterTag.OUTCOME)),
    /** Signals that arrived. */
    SIGNALS_RECEIVED(
            "dflockd.signals.received",
            Meter.Type.COUNTER,
            "Signals that arrived for a subscription",
            List.of(MeterTag.CLIENT, MeterTag.NAME)),
    /** Signals that were dropped. */
    SIGNALS_DROPPED(
            "dflockd.signals.dropped",
            Meter.Type.COUNTER,
            "Signals that arrived and were dropped: buffer full, or subscription closed",
            List.of(MeterTag.CLIENT, MeterTag.NAME)),
    /** Handlers that threw. */
    SIGNAL_HANDLER_FAILURES(
            "dflockd.signals.handler.failures",
            Meter.Type.COUNTER,
            "Signals whose handler threw",
            List.of(MeterTag.CLIENT, MeterTag.NAME)),
    /** Moments at which signals may have been missed. */
    SIGNAL_GAPS(
            "dflockd.signals.gaps",
            Meter.Type.COUNTER,
            "Times that signals of a subscription may have been missed",
            List.of(MeterTag.CLIENT, MeterTag.NAME, MeterTag.SERVER, MeterTag.REASON)),
    /** Subscriptions that listen, or should. */
    SIGNAL_SUBSCRIPTIONS(
            "dflockd.signals.subscriptions",
            Meter.Type.GAUGE,
            "Subscriptions to signals that are connected to a server, or disconnected from it",
            List.of(MeterTag.CLIENT, MeterTag.SERVER, MeterTag.STATE)),
    /** What is held now. */
    HELD(
            "dflockd.held",
            Meter.Type.GAUGE,
            "Locks and slots that this application holds now",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.SERVER)),
    /** What is suspended now. */
    SUSPENDED(
            "dflockd.suspended",
            Meter.Type.GAUGE,
            "Locks and slots that are suspended now: their connection has ended and the server has not answered yet",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.SERVER)),
    /** What is waited for now. */
    WAITING(
            "dflockd.waiting",
            Meter.Type.GAUGE,
            "Acquisitions of this application under way now",
            List.of(MeterTag.CLIENT, MeterTag.KIND, MeterTag.SERVER)),
    /** Roles that are led now. */
    LEADER(
            "dflockd.leader",
            Meter.Type.GAUGE,
            "1 while this application is the leader of the role, otherwise 0",
            List.of(MeterTag.ROLE)),
    /** Open connections. */
    CONNECTIONS(
            "dflockd.connections",
            Meter.Type.GAUGE,
            "Open connections of this application",
            List.of(MeterTag.CLIENT, MeterTag.SERVER));

    private final String meterName;

    private final Meter.Type type;

    private final String description;

    private final List<MeterTag> tags;

    DflockdMeter(String meterName, Meter.Type type, String description, List<MeterTag> tags) {
        this.meterName = meterName;
        this.type = type;
        this.description = description;
        this.tags = tags;
    }

    /**
     * The name.
     *
     * @return in Micrometer's dotted form
     */
    public String meterName() {
        return meterName;
    }

    /**
     * Counter or gauge.
     *
     * @return the type
     */
    public Meter.Type type() {
        return type;
    }

    /**
     * What it tells.
     *
     * @return a phrase
     */
    public String description() {
        return description;
    }

    /**
     * Its tags; all have few values.
     *
     * @return the tags
     */
    public List<MeterTag> tags() {
        return tags;
    }
}
