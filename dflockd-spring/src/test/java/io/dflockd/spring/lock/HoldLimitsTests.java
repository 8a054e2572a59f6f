package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.spring.lock.event.LockLostEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** What {@code holdAtLeast} and {@code holdAtMost} do to calls of templates. */
@Timeout(60)
class HoldLimitsTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final LockOptions AT_ONCE =
            LockOptions.builder().acquireTimeout(Duration.ZERO).build();

    /** Longer than any test. */
    private static final LockOptions AT_LEAST =
            LockOptions.builder().holdAtLeast(Duration.ofHours(1)).build();

    private static final LockOptions AT_MOST =
            LockOptions.builder().holdAtMost(Duration.ofMillis(30)).build();

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final List<Object> events = new CopyOnWriteArrayList<>();

    private DflockdClient client;

    private LockTemplate template;

    private LockTemplate rival;

    @BeforeEach
    void templates() {
        client = locks.newClient(null, null);
        template = new LockTemplate(
                client, LockSettings.builder().eventPublisher(events::add).build());
        rival = new LockTemplate(locks.other());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void callReturnsAtOnceAndItsLockStaysTaken() {
        assertThat(template.<Integer, RuntimeException>execute("k", AT_LEAST, handle -> 1))
                .isEqualTo(1);

        assertStillTaken("k");
        assertThat(events).as("no loss, no unconfirmed release").isEmpty();
    }

    @Test
    void lockIsFreeWhenTheMinimumIsOverAndNotBefore() {
        Duration atLeast = Duration.ofMillis(150);
        long start = System.nanoTime();
        template.executeWithoutResult(
                "k", LockOptions.builder().holdAtLeast(atLeast).build(), handle -> {});

        locks.awaitFree();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(atLeast);
    }

    @Test
    void slotStaysTaken() {
        SemaphoreTemplate semaphores = new SemaphoreTemplate(client);
        SemaphoreTemplate rivals = new SemaphoreTemplate(locks.other());

        semaphores.withLimit(2).executeWithoutResult("s", AT_LEAST, handle -> {});

        assertThat(locks.server().view().holders("s")).hasSize(1);
        try (LockHandle second = rivals.withLimit(2).acquire("s", AT_ONCE)) {
            assertThat(second.isHeld()).isTrue();
            assertThat(rivals.withLimit(2).tryAcquire("s", AT_ONCE)).isEmpty();
        }
    }

    @Test
    void minimumAppliesToStagesAndReactiveCalls() {
        assertThat(template.executeAsync("stage", AT_LEAST, handle -> CompletableFuture.completedFuture(1)))
                .succeedsWithin(SOON)
                .isEqualTo(1);
        assertThat(new ReactiveLockTemplate(template)
                        .execute("mono", AT_LEAST, handle -> Mono.just(2))
                        .block(SOON))
                .isEqualTo(2);

        assertStillTaken("stage");
        assertStillTaken("mono");
    }

    @Test
    void minimumAppliesToHandlesAndPlacesInTheQueue() throws Exception {
        template.acquire("handle", AT_LEAST).close();
        template.tryAcquire("try", AT_LEAST).orElseThrow().close();
        template.enqueue("place", AT_LEAST).await(SOON).close();

        assertStillTaken("handle");
        assertStillTaken("try");
        assertStillTaken("place");
    }

    @Test
    void maximumLosesTheLockWithAReasonOfItsOwnAndFreesIt() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", AT_MOST, handle -> {
                    await().until(() -> !handle.isHeld());
                    try (LockHandle next = rival.acquire("k")) {
                        assertThat(next.isHeld()).isTrue();
                    }
                }))
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.HELD_TOO_LONG));

        awaitLostEvent();
    }

    @Test
    void maximumInterruptsOnRequest() {
        LockOptions interrupting = AT_MOST.toBuilder().onLost(OnLost.INTERRUPT).build();

        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() ->
                        template.execute("k", interrupting, handle -> new CountDownLatch(1).await(1, TimeUnit.HOURS)))
                .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.HELD_TOO_LONG));

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        awaitLostEvent();
    }

    @Test
    void maximumIsOnlyReportedOnRequest() {
        LockOptions reporting = AT_MOST.toBuilder().onLost(OnLost.REPORT).build();

        assertThat(template.<Integer, RuntimeException>execute("k", reporting, handle -> {
                    await().until(() -> !handle.isHeld());
                    return 1;
                }))
                .isEqualTo(1);

        awaitLostEvent();
    }

    @ParameterizedTest
    @EnumSource(OnLost.class)
    void maximumAppliesToStages(OnLost policy) {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result =
                template.executeAsync("k", AT_MOST.toBuilder().onLost(policy).build(), handle -> work);
        awaitLostEvent();
        if (policy != OnLost.INTERRUPT) {
            work.complete("value");
        }

        if (policy == OnLost.REPORT) {
            assertThat(result).succeedsWithin(SOON).isEqualTo("value");
        } else {
            assertThat(result)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(
                            LockLostException.class,
                            lost -> assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
        }
    }

    @Test
    void maximumCancelsReactiveCalls() {
        assertThat(new ReactiveLockTemplate(template)
                        .execute("k", AT_MOST, handle -> Mono.never())
                        .toFuture())
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        LockLostException.class,
                        lost -> assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
    }

    @Test
    void ownLimitsReplaceThoseOfTheClientInAnyOrder() {
        try (DflockdClient limited = locks.newClient(Duration.ofMillis(10), Duration.ofMillis(20))) {
            LockTemplate own = new LockTemplate(limited);
            LockOptions both = LockOptions.builder()
                    .holdAtLeast(Duration.ofHours(1))
                    .holdAtMost(Duration.ofHours(2))
                    .build();
            LockOptions noMaximum = LockOptions.builder()
                    .holdAtLeast(Duration.ofHours(1))
                    .withoutHoldAtMost()
                    .build();

            own.executeWithoutResult("both", both, handle -> {});
            own.executeWithoutResult("none", noMaximum, handle -> {});

            assertStillTaken("both");
            assertStillTaken("none");
        }
    }

    @Test
    void noneTakesTheLimitsOfTheClientAway() {
        try (DflockdClient limited = locks.newClient(Duration.ofHours(1), Duration.ofHours(1))) {
            LockTemplate own = new LockTemplate(limited);
            own.executeWithoutResult(
                    "k", LockOptions.builder().holdAtLeast(Duration.ZERO).build(), handle -> {});

            assertThat(locks.isHeld("k")).isFalse();
        }
    }

    @Test
    void limitThatDoesNotFitTheClientsIsRefusedBeforeAnythingIsLocked() {
        try (DflockdClient limited = locks.newClient(null, Duration.ofSeconds(1))) {
            LockTemplate own = new LockTemplate(limited);
            LockOptions longer = LockOptions.builder()
                    .holdAtLeast(Duration.ofSeconds(2))
                    .origin("the job")
                    .build();

            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> own.executeWithoutResult("k", longer, handle -> {}))
                    .withMessageStartingWith("the job: ")
                    .withMessageContaining("PT2S")
                    .withMessageContaining("PT1S");
            assertThat(locks.server().view().requests()).isEmpty();
        }
    }

    @Test
    void defaultsOfTheTemplateApply() {
        LockTemplate withDefaults = new LockTemplate(
                client, LockSettings.builder().defaults(AT_LEAST).build());

        withDefaults.executeWithoutResult("k", handle -> {});

        assertStillTaken("k");
    }

    private void assertStillTaken(String key) {
        assertThat(locks.isHeld(key)).as(key).isTrue();
        assertThat(rival.tryAcquire(key, AT_ONCE)).as(key).isEmpty();
    }

    private void awaitLostEvent() {
        await().untilAsserted(() -> assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        LockLostEvent.class,
                        lost -> assertThat(lost.getReason()).isEqualTo(LossReason.HELD_TOO_LONG)));
    }
}
