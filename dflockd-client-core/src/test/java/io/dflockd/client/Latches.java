package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Callbacks that block until the test lets them go on. */
final class Latches {

    private Latches() {}

    /** Longer than the test awaits anything meanwhile. */
    static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(40, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
