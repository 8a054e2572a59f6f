package io.dflockd.client.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.loop.RetryDelay;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTests {

    private static final long NOW = Long.MAX_VALUE - 1_000_000;

    private final Backoff backoff = new Backoff(RetryDelay.DIAL);

    private final DflockdException first = new DflockdException("first");

    private final DflockdException second = new DflockdException("second");

    private void assertRestsFor(long atLeastMillis, long atMostMillis) {
        assertThat(backoff.notBefore() - NOW)
                .isBetween(TimeUnit.MILLISECONDS.toNanos(atLeastMillis), TimeUnit.MILLISECONDS.toNanos(atMostMillis));
    }

    @Test
    void nobodyHasToWaitAtFirst() {
        assertThat(backoff.active(NOW)).isNull();
    }

    @Test
    void restsLongerAfterEachFailureAndKnowsTheLastCause() {
        backoff.failed(first, NOW);
        assertRestsFor(40, 50);
        assertThat(backoff.active(NOW)).isSameAs(first);
        backoff.failed(second, NOW);
        assertRestsFor(80, 100);
        assertThat(backoff.active(backoff.notBefore() - 1)).isSameAs(second);
        assertThat(backoff.active(backoff.notBefore())).isNull();
    }

    @Test
    void successEndsTheRestAndForgetsTheFailures() {
        backoff.failed(first, NOW);
        backoff.failed(first, NOW);
        backoff.worked();
        assertThat(backoff.active(NOW)).isNull();
        backoff.failed(second, NOW);
        assertRestsFor(40, 50);
    }
}
