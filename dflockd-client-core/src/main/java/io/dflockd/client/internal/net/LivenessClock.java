package io.dflockd.client.internal.net;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was last sent and answered on a connection, and what follows: when a keep-alive is due, when the connection is dead.
 * Only answers count as signs of life, not bytes. Confined to the event loop, except the methods that say so.
 */
final class LivenessClock {

    private static final long SUSPICIOUS_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Liveness liveness;
    private long lastSentAt;
    private long lastAnsweredAt;
    /** The send time of the last request that was answered. */
    private volatile long answeredSentAt;

    LivenessClock(Liveness liveness, long now) {
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

    long silenceNanos() {
        return liveness.silenceNanos();
    }

    long deadAfterNanos() {
        return liveness.deadAfterNanos();
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
