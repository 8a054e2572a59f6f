package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
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

    /** The grant and the end come from two threads, and none of the two may overlook the other. */
    @Test
    void grantAndEndAtTheSameTimeLeaveNothingHeld() throws Exception {
        int rounds = 200_000;
        AtomicReferenceArray<ReactiveHold> holds = new AtomicReferenceArray<>(rounds);
        LockHandle[] handles = new LockHandle[rounds];
        CompletableFuture<Void> grants = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < rounds; i++) {
                while (holds.get(i) == null) {
                    Thread.onSpinWait();
                }
                if (!holds.get(i).take(handles[i])) {
                    handles[i].close();
                }
            }
        });
        for (int i = 0; i < rounds; i++) {
            ReactiveHold raced = new ReactiveHold(request, template.reporter());
            handles[i] = template.acquire("k");
            holds.set(i, raced);
            for (int delay = i % 200; delay > 0; delay--) {
                Thread.onSpinWait();
            }
            raced.abandon();
        }
        grants.get(30, TimeUnit.SECONDS);
        for (int i = 0; i < rounds; i++) {
            assertThat(handles[i].isHeld()).as("held after round %s", i).isFalse();
        }
    }

    @Test
    void endReleasesOnceAndTellsEveryCaller() {
        LockHandle handle = template.acquire("k");
        assertThat(hold.take(handle)).isTrue();
        assertThat(handle.isHeld()).isTrue();
        hold.abandon();
        assertThat(handle.isHeld()).isFalse();
        assertThat(hold.end()).succeedsWithin(Duration.ofSeconds(10)).isNull();
        assertThat(hold.end()).isSameAs(hold.end());
    }
}
