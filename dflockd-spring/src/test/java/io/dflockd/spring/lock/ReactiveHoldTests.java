package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The moments between a grant and a cancel that a test over sockets meets only by luck. */
class ReactiveHoldTests {

    private final LockTemplate template = new LockTemplate(DflockdClient.withoutLocking());

    private final LockRequest request = template.prepare("k", LockOptions.defaults(), null);

    private final ReactiveHold hold = new ReactiveHold(request, template.reporter());

    @Test
    void grantAfterTheEndIsNotTaken() {
        hold.abandon();
        assertThat(hold.take(template.acquire("k"))).isFalse();
    }

    @Test
    void endReleasesOnceAndTellsEveryCaller() {
        LockHandle handle = template.acquire("k");
        assertThat(hold.take(handle)).isTrue();
        assertThat(handle.isHeld()).isTrue();
        hold.abandon();
        assertThat(handle.isHeld()).isFalse();
        assertThat(hold.end()).succeedsWithin(Duration.ofSeconds(1)).isNull();
        assertThat(hold.end()).isSameAs(hold.end());
    }
}
