package io.dflockd.client.internal.net;

import java.time.Duration;

/**
 * The times that keep a connection alive and find out that it is dead, derived from the server's read timeout.
 *
 * @param keepAliveNanos silence of ours after which something is said
 * @param deadAfterNanos silence of the server's, with a request outstanding, after which the connection is dead
 * @param silenceNanos how long after the sending of the last answered request the server surely still listens
 */
public record Liveness(long keepAliveNanos, long deadAfterNanos, long silenceNanos) {

    private static final Duration MAX_DEAD_AFTER = Duration.ofSeconds(15);

    /** From the two settings. */
    public static Liveness of(Duration keepAliveInterval, Duration serverReadTimeout) {
        long readTimeout = serverReadTimeout.toNanos();
        long margin = Math.min(
                Duration.ofSeconds(1).toNanos(), Math.max(Duration.ofMillis(100).toNanos(), readTimeout / 20));
        long silence = readTimeout - margin;
        long deadAfter =
                Math.min(MAX_DEAD_AFTER.toNanos(), Math.max(silence - keepAliveInterval.toNanos(), silence / 4));
        return new Liveness(keepAliveInterval.toNanos(), deadAfter, silence);
    }
}
