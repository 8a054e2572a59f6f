package io.dflockd.reliability.run;

import io.dflockd.reliability.check.Limits;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The failures of a run. */
enum Fault {
    /** Both sides see that the connections end. */
    CUT(Effect.SEEN, Duration.ZERO),
    RESET(Effect.SEEN, Duration.ZERO),
    /** Only the server sees it, and frees the locks; the client learns it by its own clock. */
    RESET_TOWARDS_SERVER(Effect.UNSEEN, Duration.ofSeconds(5)),
    /** Nothing arrives on either side, for longer than the server's read timeout. */
    FREEZE(Effect.SILENT, Duration.ofSeconds(6)),
    /** Nothing arrives at the server. */
    HALF_OPEN(Effect.SILENT, Duration.ofSeconds(6)),
    SLOW(Effect.NONE, Duration.ofSeconds(1)),
    SINGLE_BYTES(Effect.NONE, Duration.ofSeconds(1)),
    /** The process is stopped for longer than the lease and the read timeout, and then goes on. */
    STOP(Effect.SILENT, Duration.ofSeconds(6)),
    KILL(Effect.SEEN, Duration.ZERO),
    /** A server is killed and started again, and has forgotten its locks. */
    SERVER_RESTART(Effect.SEEN, Duration.ZERO);

    private enum Effect {
        NONE,
        SEEN,
        UNSEEN,
        SILENT
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

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Limits limits(int permits, Duration unnoticed) {
        return new Limits(
                permits,
                Duration.ofSeconds(1),
                unnoticed,
                Duration.ofSeconds(5),
                STOP.duration.plusSeconds(2),
                Duration.ofMillis(1500),
                texts(Effect.UNSEEN),
                texts(Effect.SILENT));
    }

    private static Set<String> texts(Effect effect) {
        return Arrays.stream(values())
                .filter(fault -> fault.effect == effect)
                .map(Fault::text)
                .collect(Collectors.toSet());
    }
}
