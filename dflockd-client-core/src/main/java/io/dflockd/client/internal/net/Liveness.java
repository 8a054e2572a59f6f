package io.dflockd.client.internal.net;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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

    /**
     * What was last sent and answered on a connection, and what follows: when a keep-alive is due, when the connection is dead.
     * Only answers count as signs of life, not bytes. Confined to the event loop, except the methods that say so.
     */
    static final class Clock {

        private static final long SUSPICIOUS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

        private final Liveness liveness;
        private long lastSentAt;
        private long lastAnsweredAt;
        /** The send time of the last request that was answered. */
        private volatile long answeredSentAt;

        Clock(Liveness liveness, long now) {
            this.liveness = liveness;
            this.lastSentAt = now;
            this.lastAnsweredAt = now;
            this.answeredSentAt = now;
        }

        void sent(long now) {
            lastSentAt = now;
        }

        /** The server has said something that is not yet known to be an answer. */
        void answered(long now) {
            lastAnsweredAt = now;
        }

        void answered(long sentAt, long now) {
            lastAnsweredAt = now;
            answeredSentAt = sentAt;
        }

        /** Any thread. */
        long silenceDeadline() {
            return answeredSentAt + liveness.silenceNanos();
        }

        /** Whether a keep-alive must have been unanswered for a while. Any thread. */
        boolean isSuspicious(long now) {
            return now - answeredSentAt > liveness.keepAliveNanos() + SUSPICIOUS_AFTER_NANOS;
        }

        /** When to look again. */
        long nextCheck(@Nullable Exchange head, boolean keepsAlive) {
            long keepAliveAt = lastSentAt + liveness.keepAliveNanos();
            if (head == null) {
                return keepAliveAt;
            }
            long deadAt = deadAt(head);
            return keepsAlive && keepAliveAt - deadAt < 0 ? keepAliveAt : deadAt;
        }

        boolean isDead(Exchange head, long now) {
            return now - deadAt(head) >= 0;
        }

        boolean isKeepAliveDue(long now) {
            return now - lastSentAt >= liveness.keepAliveNanos();
        }

        private long deadAt(Exchange head) {
            long silentUntil = head.silentUntil();
            long quietSince = lastAnsweredAt - silentUntil > 0 ? lastAnsweredAt : silentUntil;
            return quietSince + liveness.deadAfterNanos();
        }
    }
}
