package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in seconds after a start that may be near the overflow of the clock. Keep-alive 7, dead after 15, silence 22. */
class LivenessClockTests {

    private static final long NEAR_OVERFLOW = Long.MAX_VALUE - 5_000_000_000L;

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static Exchange sent(long at, long mayWait) {
        Exchange exchange = Exchange.ignored();
        exchange.sent(at, mayWait);
        return exchange;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NEAR_OVERFLOW, -1_000_000_000L})
    void idleConnectionIsLookedAtWhenAKeepAliveIsDue(long start) {
        Liveness.Clock clock = new Liveness.Clock(ServerEnd.LIVENESS, start);
        assertThat(clock.nextCheck(null, true) - start).isEqualTo(seconds(7));
        assertThat(clock.isKeepAliveDue(start + seconds(7) - 1)).isFalse();
        assertThat(clock.isKeepAliveDue(start + seconds(7))).isTrue();
        clock.sent(start + seconds(2));
        assertThat(clock.nextCheck(null, true) - start).isEqualTo(seconds(9));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NEAR_OVERFLOW, -1_000_000_000L})
    void outstandingRequestIsDeadAfterSilence(long start) {
        Liveness.Clock clock = new Liveness.Clock(ServerEnd.LIVENESS, start);
        Exchange request = sent(start + seconds(1), 0);
        assertThat(clock.nextCheck(request, false) - start).isEqualTo(seconds(16));
        assertThat(clock.isDead(request, start + seconds(16) - 1)).isFalse();
        assertThat(clock.isDead(request, start + seconds(16))).isTrue();
        clock.answered(start + seconds(4));
        assertThat(clock.isDead(request, start + seconds(19) - 1)).isFalse();
        assertThat(clock.isDead(request, start + seconds(19))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NEAR_OVERFLOW, -1_000_000_000L})
    void serverThatWaitsIsDeadOnlyAfterItsTimeout(long start) {
        Liveness.Clock clock = new Liveness.Clock(ServerEnd.LIVENESS, start);
        Exchange blocked = sent(start + seconds(1), seconds(60));
        assertThat(blocked.blocks()).isTrue();
        assertThat(clock.nextCheck(blocked, false) - start).isEqualTo(seconds(76));
        assertThat(clock.isDead(blocked, start + seconds(76) - 1)).isFalse();
        assertThat(clock.isDead(blocked, start + seconds(76))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NEAR_OVERFLOW})
    void soonerOfKeepAliveAndDeathIsLookedAt(long start) {
        Liveness.Clock clock = new Liveness.Clock(ServerEnd.LIVENESS, start);
        Exchange request = sent(start, 0);
        assertThat(clock.nextCheck(request, true) - start).isEqualTo(seconds(7));
        clock.sent(start + seconds(12));
        assertThat(clock.nextCheck(request, true) - start).isEqualTo(seconds(15));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, NEAR_OVERFLOW})
    void silenceAndSuspicionCountFromTheSendTimeOfTheLastAnswered(long start) {
        Liveness.Clock clock = new Liveness.Clock(ServerEnd.LIVENESS, start);
        clock.answered(start + seconds(3));
        assertThat(clock.silenceDeadline() - start)
                .as("something was said, but no answer")
                .isEqualTo(seconds(22));
        clock.answered(start + seconds(2), start + seconds(5));
        assertThat(clock.silenceDeadline() - start).isEqualTo(seconds(24));
        assertThat(clock.isSuspicious(start + seconds(10))).isFalse();
        assertThat(clock.isSuspicious(start + seconds(10) + 1)).isTrue();
    }
}
