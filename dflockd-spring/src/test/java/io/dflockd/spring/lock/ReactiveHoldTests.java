package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The moments between a grant and a cancel that a test over sockets meets only by luck. */
class ReactiveHoldTests {

    private final AcquiringOperations operations = (AcquiringOperations) LockOperations.withoutLocking();

    private final LockRequest request = operations.prepare("k", LockOptions.defaults());

    private final ReactiveHold hold = new ReactiveHold(request, operations.reporter());

    @Test
    void grantAfterTheEndIsNotTaken() {
        hold.abandon();
        assertThat(hold.take(new UnlockedHandle("k"))).isFalse();
    }

    @Test
    void endReleasesOnceAndTellsEveryCaller() {
        LockHandle handle = new UnlockedHandle("k");
        assertThat(hold.take(handle)).isTrue();
        assertThat(handle.isHeld()).isTrue();
        hold.abandon();
        assertThat(handle.isHeld()).isFalse();
        assertThat(hold.end()).succeedsWithin(Duration.ofSeconds(1)).isNull();
        assertThat(hold.end()).isSameAs(hold.end());
    }
}
