package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.RetryDelay;
import io.dflockd.client.internal.loop.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RedialsTests {

    private static final Duration PROVED = Duration.ofNanos(Redials.PROVED_NANOS);

    private final TestLoop loop = new TestLoop();

    private final Backoff server = new Backoff(RetryDelay.DIAL);

    private final Redials redials = new Redials(server);

    private final DflockdException cause = new DflockdException("cut by the test");

    private Connection open() {
        return new ServerEnd(loop, ServerEnd.ADDRESS, ServerEnd.LIVENESS, new TestOwner()).connection();
    }

    private void ended(Connection connection, @Nullable DflockdException why) {
        redials.ended(connection, why, loop.now());
    }

    private void lasts(Duration time, @Nullable DflockdException why) {
        Connection connection = open();
        loop.advance(time);
        ended(connection, why);
    }

    private long restMillis() {
        return redials.active(loop.now()) == null
                ? 0
                : Duration.ofNanos(redials.notBefore(loop.now()) - loop.now()).toMillis();
    }

    private void rest() {
        loop.advance(Duration.ofMillis(restMillis() + 1));
    }

    @Test
    void firstConnectionThatEndsSoonIsReplacedAtOnceAndTheNextOnesLaterAndLater() {
        List<Long> rests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lasts(Duration.ofMillis(10), cause);
            rests.add(restMillis());
            rest();
        }
        assertThat(rests.get(0)).isZero();
        assertThat(rests.get(1)).isBetween(31L, 40L);
        assertThat(rests.get(2)).isBetween(63L, 80L);
        assertThat(rests.get(9)).isBetween(1_599L, 2_000L);
    }

    @Test
    void causeOfTheRestIsThatOfTheLastEnd() {
        lasts(Duration.ZERO, new DflockdException("another one"));
        lasts(Duration.ZERO, cause);
        assertThat(redials.active(loop.now())).isSameAs(cause);
    }

    @Test
    void connectionThatHasLastedAWhileEndsTheDelays() {
        for (int i = 0; i < 5; i++) {
            lasts(Duration.ofMillis(10), cause);
            rest();
        }
        lasts(PROVED, cause);
        assertThat(restMillis()).isZero();
        lasts(PROVED.minusNanos(1), cause);
        assertThat(restMillis()).as("as after the first").isZero();
    }

    @Test
    void connectionThatIsClosedOnPurposeCountsOnlyIfItHasLasted() {
        lasts(Duration.ofMillis(10), cause);
        lasts(Duration.ofMillis(10), null);
        assertThat(restMillis()).isZero();
        lasts(Duration.ofMillis(10), cause);
        assertThat(restMillis()).isPositive();
        lasts(PROVED, null);
        lasts(Duration.ofMillis(10), cause);
        assertThat(restMillis()).isZero();
    }

    @Test
    void connectionsThatAreCutTogetherCountOnce() {
        List<Connection> together = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            together.add(open());
        }
        loop.advance(Duration.ofMillis(10));
        together.forEach(connection -> ended(connection, cause));
        assertThat(restMillis()).isZero();
        lasts(Duration.ofMillis(10), cause);
        assertThat(restMillis()).isBetween(31L, 40L);
    }

    @Test
    void nobodyDialsWhileTheServerCannotBeReached() {
        DflockdException refused = new DflockdException("refused by the test");
        server.failed(refused, loop.now());
        assertThat(redials.active(loop.now())).isSameAs(refused);
        assertThat(restMillis()).isBetween(39L, 50L);
        rest();
        assertThat(redials.active(loop.now())).isNull();
    }

    @Test
    void otherKindsOfConnectionsAreNotHeldUp() {
        lasts(Duration.ZERO, cause);
        lasts(Duration.ZERO, cause);
        assertThat(redials.active(loop.now())).isNotNull();
        assertThat(new Redials(server).active(loop.now())).isNull();
    }
}
