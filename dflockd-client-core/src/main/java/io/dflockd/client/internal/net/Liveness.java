package io.dflockd.client.internal.net;

import java.time.Duration;

/**
 * The times that keep a connection alive and detect that it is dead, derived from the server's read timeout.
 *
 * @param keepAliveNanos time without a request after which a keep-alive is sent
 * @param deadAfterNanos time without an answer, with a request outstanding, after which the connection is dead
 * @param silenceNanos how long the server certainly keeps the connection after the send time of the last answered request
 */
public record Liveness(long keepAliveNanos, long deadAfterNanos, long silenceNanos) {

    private static final Duration MAX_DEAD_AFTER = Duration.ofSeconds(15);

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
