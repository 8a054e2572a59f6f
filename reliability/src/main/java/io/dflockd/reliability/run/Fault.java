package io.dflockd.reliability.run;

import io.dflockd.reliability.check.Limits;
import io.dflockd.reliability.worker.WorkerSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The failures of a run. Those that last are longer than the lease and the server's read timeout. */
enum Fault {
    /** Both sides see that the connections end. */
    CUT(Effect.SEEN, Duration.ZERO),
    RESET(Effect.SEEN, Duration.ZERO),
    /** Only the server sees it, and frees the locks; the client learns it by its own clock. */
    RESET_TOWARDS_SERVER(Effect.UNSEEN, Duration.ofSeconds(5)),
    /** Nothing arrives on either side. */
    FREEZE(Effect.SILENT, Duration.ofSeconds(6)),
    /** Nothing arrives at the server. */
    HALF_OPEN(Effect.SILENT, Duration.ofSeconds(6)),
    /** Nothing arrives at the client. */
    HALF_OPEN_TOWARDS_CLIENT(Effect.SILENT, Duration.ofSeconds(6)),
    SLOW(Effect.NONE, Duration.ofSeconds(2)),
    SINGLE_BYTES(Effect.NONE, Duration.ofSeconds(2)),
    PACKETS_LOST(Effect.SILENT, Duration.ofSeconds(6)),
    PACKETS_LOST_TOWARDS_SERVER(Effect.SILENT, Duration.ofSeconds(6)),
    PACKETS_LOST_TOWARDS_CLIENT(Effect.SILENT, Duration.ofSeconds(6)),
    /** The process is told that it has no network. */
    LINK_DOWN(Effect.SILENT, Duration.ofSeconds(6)),
    /** The process is stopped, and then goes on. */
    STOP(Effect.SILENT, Duration.ofSeconds(6)),
    KILL(Effect.SEEN, Duration.ZERO),
    /** A server is killed and started again, and has forgotten its locks. */
    SERVER_RESTART(Effect.FORGETS, Duration.ZERO),
    /** A server is stopped, and then goes on. */
    SERVER_STOP(Effect.SILENT, Duration.ofSeconds(6));

    private enum Effect {
        NONE,
        /** Connections end, and both sides see it. */
        SEEN,
        /** Connections end, and the client does not see it. */
        UNSEEN,
        SILENT,
        /** Connections end, and locks do in any case. */
        FORGETS
    }

    private final Effect effect;

    private final Duration duration;

    Fault(Effect effect, Duration duration) {
        this.effect = effect;
        this.duration = duration;
    }

    Duration duration() {
        return duration;
    }

    boolean isOfServer() {
        return this == SERVER_RESTART || this == SERVER_STOP;
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a run admits. A server that keeps the locks of connections that have ended forgets them only with a restart. */
    static Limits limits(int permits, boolean autoRelease, boolean fencesOutliveServers) {
        return new Limits(
                permits,
                Duration.ofMillis(500),
                WorkerSettings.LEASE,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                autoRelease ? texts(Set.of(Effect.SEEN, Effect.FORGETS)) : texts(Set.of(Effect.FORGETS)),
                autoRelease ? texts(Set.of(Effect.UNSEEN)) : Set.of(),
                texts(Set.of(Effect.SILENT, Effect.UNSEEN)),
                Set.of(STOP.text()),
                fencesOutliveServers);
    }

    private static Set<String> texts(Set<Effect> effects) {
        return Arrays.stream(values())
                .filter(fault -> effects.contains(fault.effect))
                .map(Fault::text)
                .collect(Collectors.toSet());
    }
}
