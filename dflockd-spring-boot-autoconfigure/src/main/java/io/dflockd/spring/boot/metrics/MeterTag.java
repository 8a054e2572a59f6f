package io.dflockd.spring.boot.metrics;

import io.dflockd.client.LossReason;
import io.dflockd.client.SubscriptionListener;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The tags of {@link DflockdMeter}. Keys and tokens are never among their values. */
public enum MeterTag {
    /** The client. */
    CLIENT("dflockd.client", "name of the client; \"default\" for the one of dflockd.*"),
    /** Lock or semaphore. */
    KIND("dflockd.kind", "lock, semaphore"),
    /** The logical name. */
    NAME("dflockd.name", "logical name; \"unnamed\" without one, \"other\" beyond dflockd.metrics.max-names"),
    /** The server. */
    SERVER("dflockd.server", "host:port as configured"),
    /** How it ended. */
    OUTCOME("dflockd.outcome", "acquired, busy, failed; released, unconfirmed; emitted, failed"),
    /** Whether it listens. */
    STATE("dflockd.state", "connected, disconnected"),
    /** The role of an election. */
    ROLE("dflockd.role", "role of a leader election, as in dflockd.leader.roles"),
    /** Why it was lost, or signals may have been missed. */
    REASON(
            "dflockd.reason",
            names(LossReason.values()) + "; of a gap: " + names(SubscriptionListener.GapReason.values()));

    private final String key;

    private final String meaning;

    MeterTag(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /**
     * The tag's key.
     *
     * @return in Micrometer's dotted form
     */
    public String key() {
        return key;
    }

    /**
     * What its values are.
     *
     * @return a phrase
     */
    public String meaning() {
        return meaning;
    }

    private static String names(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }
}
