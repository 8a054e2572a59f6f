package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.LossReason;
import io.dflockd.client.QueuedAcquisition;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.spring.lock.event.LockAcquireFailedEvent;
import io.dflockd.spring.lock.event.LockBusyEvent;
import io.dflockd.spring.lock.event.LockLostEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class LockTemplateTests {

    private static final LockOptions AT_ONCE =
            LockOptions.builder().acquireTimeout(Duration.ZERO).build();

    private static final LockOptions INTERRUPT =
            LockOptions.builder().onLost(OnLost.INTERRUPT).build();

    private static final LockOptions REPORTING =
            LockOptions.builder().onLost(OnLost.REPORT).build();

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final List<Object> events = new CopyOnWriteArrayList<>();

    private LockTemplate template;

    private LockTemplate rival;

    @BeforeEach
    void templates() {
        LockSettings settings =
                LockSettings.builder().eventPublisher(events::add).build();
        template = new LockTemplate(locks.client(), settings);
        rival = new LockTemplate(locks.other());
    }

    @Test
    void callbackRunsUnderTheLockAndItIsFreeAfterwards() {
        String result = template.execute("k", handle -> {
            assertThat(locks.isHeld("k")).isTrue();
            assertThat(handle.key()).isEqualTo("k");
            assertThat(LockContext.current()).isSameAs(handle);
            return "done";
        });
        assertThat(result).isEqualTo("done");
        assertThat(locks.isHeld("k")).isFalse();
        assertThat(LockContext.find()).isEmpty();
    }

    @Test
    void checkedExceptionOfTheCallbackReachesTheCallerUnchanged() {
        IOException thrown = new IOException("body");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", handle -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
        assertThat(locks.isHeld("k")).isFalse();
    }

    @Test
    void lockExceptionsAndInterruptsOfTheCallbackAreNotTakenForOurs() {
        InterruptedException interrupted = new InterruptedException("body");
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", handle -> {
                    throw interrupted;
                }))
                .isSameAs(interrupted);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        LockTimeoutException busy = new LockTimeoutException("body");
        assertThatExceptionOfType(LockTimeoutException.class)
                .isThrownBy(() -> template.tryExecute("k", handle -> {
                    throw busy;
                }))
                .isSameAs(busy);
    }

    @Test
    void busyLockNeverRunsTheCallback() {
        AtomicBoolean ran = new AtomicBoolean();
        try (LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            assertThatExceptionOfType(LockTimeoutException.class)
                    .isThrownBy(() -> template.executeWithoutResult("k", AT_ONCE, handle -> ran.set(true)));
            assertThat(template.tryExecute("k", AT_ONCE, handle -> "ran").isAcquired())
                    .isFalse();
        }
        assertThat(ran).isFalse();
        assertThat(events).hasSize(2).allMatch(LockBusyEvent.class::isInstance);
    }

    @Test
    void notAcquiredIsToldApartFromANullResult() {
        LockResult<Object> ran = template.tryExecute("k", AT_ONCE, handle -> null);
        assertThat(ran.isAcquired()).isTrue();
        assertThat(ran.get()).isNull();
        try (LockHandle held = rival.acquire("k")) {
            LockResult<Object> busy = template.tryExecute("k", AT_ONCE, handle -> null);
            assertThat(busy.isAcquired()).isFalse();
            assertThat(busy.orElse("other")).isEqualTo("other");
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(busy::get);
            assertThat(held.isHeld()).isTrue();
        }
    }

    @Test
    void tryWithTheClientsTimeoutIsEmptyWhenBusy() {
        try (DflockdClient impatient = DflockdClient.builder()
                        .servers(locks.server().address())
                        .acquireTimeout(Duration.ZERO)
                        .build();
                LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            LockTemplate impatientTemplate = new LockTemplate(impatient);
            assertThat(impatientTemplate.tryExecute("k", handle -> 1).isAcquired())
                    .isFalse();
            assertThat(impatientTemplate.tryAcquireAsync("k", LockOptions.defaults()))
                    .succeedsWithin(Duration.ofSeconds(5))
                    .satisfies(result -> assertThat(result).isEmpty());
        }
    }

    @Test
    void brokenIsNotBusy() {
        locks.server().kill();
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> template.tryExecute("k", AT_ONCE, handle -> 1));
        assertThat(events).singleElement().isInstanceOf(LockAcquireFailedEvent.class);
        restart();
    }

    @Test
    void handleMayBeReleasedOnAnotherThread() throws Exception {
        LockHandle handle = template.acquire("k");
        assertThat(CompletableFuture.supplyAsync(handle::release).get(5, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void releaseInsideTheCallbackIsNoLoss() {
        assertThat(template.execute("k", LockHandle::release)).isTrue();
    }

    @Test
    void placeInTheQueueIsGrantedWhenTheHolderReleases() throws Exception {
        LockHandle held = rival.acquire("k");
        try (QueuedAcquisition place = template.enqueue("k")) {
            assertThat(place.state()).isEqualTo(QueuedAcquisition.State.QUEUED);
            held.release();
            try (LockHandle granted = place.await(Duration.ofSeconds(10))) {
                assertThat(granted.isHeld()).isTrue();
            }
        }
    }

    @Test
    void nestedCallWithTheSameKeyThrowsAtOnce() {
        assertThatExceptionOfType(LockNotReentrantException.class)
                .isThrownBy(() -> template.execute("k", outer -> template.execute("k", inner -> 1)))
                .withMessageContaining("'k'")
                .withMessageContaining("not re-entrant");
        assertThat(template.<Integer, RuntimeException>execute("k", outer -> template.execute("k2", inner -> 1)))
                .isEqualTo(1);
        assertThat(template.executeAsync("k3", h -> {
                    return template.executeAsync("k3", h2 -> CompletableFuture.completedFuture(1));
                }))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(LockNotReentrantException.class);
    }

    @Test
    void sameKeyOfAnotherServerIsAnotherLock() throws IOException {
        try (var elsewhere = EmbeddedDflockdServer.builder().start();
                DflockdClient there =
                        DflockdClient.builder().servers(elsewhere.address()).build()) {
            LockTemplate thereTemplate = template.withClient(there);
            assertThat(template.<Integer, RuntimeException>execute(
                            "k", outer -> thereTemplate.execute("k", inner -> 1)))
                    .isEqualTo(1);
        }
    }

    @Test
    void interruptWhileWaitingLeavesNothingHeldAndTheFlagSet() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        try (LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            Thread waiter = new Thread(() -> {
                try {
                    template.execute("k", handle -> 1);
                } catch (LockInterruptedException ex) {
                    thrown.set(ex);
                    flag.set(Thread.currentThread().isInterrupted());
                }
            });
            waiter.start();
            locks.awaitWaiting("k", 1);
            waiter.interrupt();
            waiter.join(5_000);
            assertThat(thrown.get()).isInstanceOf(LockInterruptedException.class);
            assertThat(flag).isTrue();
        }
    }

    @Test
    void lostLockFailsTheCallWhenTheCallbackHasEnded() {
        AtomicBoolean ended = new AtomicBoolean();
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", handle -> {
                    lose(handle);
                    ended.set(true);
                }))
                .satisfies(lost -> assertThat(lost.reason()).isEqualTo(LossReason.CONNECTION_LOST));
        assertThat(ended).isTrue();
        await().untilAsserted(() -> assertThat(events).singleElement().isInstanceOf(LockLostEvent.class));
    }

    @Test
    void lostLockIsReportedWhenTheCallbackThrowsToo() {
        IllegalStateException thrown = new IllegalStateException("body");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", handle -> {
                    lose(handle);
                    throw thrown;
                }))
                .isSameAs(thrown)
                .satisfies(ex -> assertThat(ex.getSuppressed()).singleElement().isInstanceOf(LockLostException.class));
        await().untilAsserted(() -> assertThat(events).singleElement().isInstanceOf(LockLostEvent.class));
    }

    @Test
    void lostLockIsOnlyReportedOnRequest() {
        LockOptions report = LockOptions.builder().onLost(OnLost.REPORT).build();
        String result = template.execute("k", report, handle -> {
            lose(handle);
            return "value";
        });
        assertThat(result).isEqualTo("value");
        await().untilAsserted(() -> assertThat(events).singleElement().isInstanceOf(LockLostEvent.class));
    }

    @Test
    void lostLockInterruptsOnRequest() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    never.await();
                }))
                .satisfies(lost ->
                        assertThat(lost.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptThatTheCallbackWrapsIsALossAndNoOtherFailureIs() {
        CountDownLatch never = new CountDownLatch(1);
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    try {
                        never.await();
                    } catch (InterruptedException ex) {
                        throw new IllegalStateException("wrapped", ex);
                    }
                }));
        IllegalStateException other = new IllegalStateException("body");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    awaitInterrupt();
                    throw other;
                }))
                .isSameAs(other);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptThatNobodyConsumedDoesNotLeak() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    awaitInterrupt();
                }));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void interruptOfAnotherThatIsPendingAtTheLossStays() {
        assertThatExceptionOfType(LockLostException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    Thread.currentThread().interrupt();
                    CompletableFuture<Void> told = new CompletableFuture<>();
                    handle.onLost((lost, reason) -> told.complete(null));
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    while (!told.isDone()) {
                        Thread.onSpinWait();
                    }
                }));
        assertThat(Thread.interrupted()).isTrue();
    }

    /** The exception of the interrupt is the other's too. */
    @Test
    void interruptOfAnotherBeforeTheLossIsNoLoss() {
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", INTERRUPT, handle -> {
                    Thread.currentThread().interrupt();
                    CompletableFuture<Void> told = new CompletableFuture<>();
                    // On both threads for losses at once: whoever was told before has returned.
                    CyclicBarrier both = new CyclicBarrier(2, () -> told.complete(null));
                    handle.onLost((lost, reason) -> awaitOther(both));
                    handle.onLost((lost, reason) -> awaitOther(both));
                    CompletableFuture.runAsync(() -> locks.loseHolderOf("k"));
                    while (!told.isDone()) {
                        Thread.onSpinWait();
                    }
                    new CountDownLatch(1).await();
                }))
                .satisfies(ex -> assertThat(ex.getSuppressed()).singleElement().isInstanceOf(LockLostException.class));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void lossAfterTheCallbackInterruptsNobody() {
        for (int i = 0; i < 20; i++) {
            AtomicReference<LockHandle> leaked = new AtomicReference<>();
            template.executeWithoutResult("k", INTERRUPT, leaked::set);
            assertThat(leaked.get().state()).isEqualTo(LockHandle.State.RELEASED);
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void failingReleaseDoesNotHideTheCallbacksException() {
        locks.server().faults().inject(Fault.cut(), FaultTarget.command("r"));
        IllegalStateException thrown = new IllegalStateException("body");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> template.executeWithoutResult("k", handle -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void stageKeepsTheLockUntilItCompletes() {
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> result = template.executeAsync("k", handle -> {
            assertThat(LockContext.current()).isSameAs(handle);
            return work;
        });
        locks.awaitHeld("k");
        assertThat(rival.tryExecute("k", AT_ONCE, handle -> 1).isAcquired()).isFalse();
        work.complete("value");
        assertThat(result).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("value");
        assertThat(locks.isHeld("k")).isFalse();
    }

    @Test
    void failedStageReleasesAndFailsTheCall() {
        IOException thrown = new IOException("work");
        assertThat(template.executeAsync("k", handle -> CompletableFuture.failedFuture(thrown)))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCause(thrown);
        assertThat(template.executeAsync("k", handle -> {
                    throw thrown;
                }))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCause(thrown);
        assertThat(template.executeAsync("k", handle -> null))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void cancelledWaitIsWithdrawnAndWorkThatBeganKeepsItsLock() {
        CompletableFuture<Void> began = new CompletableFuture<>();
        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> running = template.executeAsync("k", handle -> {
            began.complete(null);
            return work;
        });
        // The server grants before the caller's work begins.
        assertThat(began).succeedsWithin(Duration.ofSeconds(5));
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<Object> waiting = template.executeAsync("k", handle -> {
            ran.set(true);
            return CompletableFuture.completedFuture(null);
        });
        locks.awaitWaiting("k", 1);
        waiting.cancel(true);
        running.cancel(true);
        assertThat(rival.tryExecute("k", AT_ONCE, handle -> 1).isAcquired()).isFalse();
        work.complete("value");
        locks.awaitFree();
        assertThat(ran).isFalse();
    }

    @Test
    void listenerOfEventsThatFailsHarmsNoCall() {
        LockTemplate told = new LockTemplate(
                locks.client(),
                LockSettings.builder()
                        .eventPublisher(event -> {
                            throw new StackOverflowError("thrown by the test's listener");
                        })
                        .build());
        try (LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            assertThat(told.tryExecute("k", AT_ONCE, handle -> 1).isAcquired()).isFalse();
            assertThat(told.tryExecuteAsync("k", AT_ONCE, handle -> CompletableFuture.completedFuture(1)))
                    .succeedsWithin(SOON)
                    .satisfies(result -> assertThat(result.isAcquired()).isFalse());
        }
    }

    @Test
    void lossIsToldWhileAsynchronousWorkRuns() {
        AsyncLockCallback<Object> losing = handle -> {
            locks.loseHolderOf("k");
            await().until(() -> !events.isEmpty());
            return CompletableFuture.completedFuture(events.remove(0));
        };
        List<Supplier<CompletableFuture<?>>> calls = List.of(
                () -> template.executeAsync("k", REPORTING, losing),
                () -> template.tryExecuteAsync("k", REPORTING, losing).thenApply(LockResult::get),
                () -> template.tryExecuteAsync(
                                "k", REPORTING.toBuilder().acquireTimeout(SOON).build(), losing)
                        .thenApply(LockResult::get));
        for (Supplier<CompletableFuture<?>> call : calls) {
            LockHandle held = rival.acquire("k");
            CompletableFuture<?> result = call.get();
            locks.awaitWaiting("k", 1);
            held.release();
            assertThat(result).succeedsWithin(SOON).isInstanceOf(LockLostEvent.class);
        }
    }

    @Test
    void busyStageIsAnEmptyResult() {
        try (LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            assertThat(template.tryExecuteAsync("k", AT_ONCE, handle -> CompletableFuture.completedFuture(1)))
                    .succeedsWithin(Duration.ofSeconds(5))
                    .satisfies(result -> assertThat(result.isAcquired()).isFalse());
            assertThat(template.executeAsync("k", AT_ONCE, handle -> CompletableFuture.completedFuture(1)))
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(LockTimeoutException.class);
        }
        assertThat(template.tryExecuteAsync("k", AT_ONCE, handle -> CompletableFuture.completedFuture(1)))
                .succeedsWithin(Duration.ofSeconds(5))
                .satisfies(result -> assertThat(result.get()).isEqualTo(1));
    }

    @Test
    void lossFailsAStage() {
        for (OnLost policy : OnLost.values()) {
            CompletableFuture<Void> begun = new CompletableFuture<>();
            CompletableFuture<String> work = new CompletableFuture<>();
            CompletableFuture<String> result = template.executeAsync(
                    "k", LockOptions.builder().onLost(policy).build(), handle -> {
                        begun.complete(null);
                        return work;
                    });
            assertThat(begun).succeedsWithin(Duration.ofSeconds(10));
            locks.loseHolderOf("k");
            if (policy != OnLost.INTERRUPT) {
                await().untilAsserted(() -> assertThat(events).isNotEmpty());
                work.complete("value");
            }
            if (policy == OnLost.REPORT) {
                assertThat(result).succeedsWithin(Duration.ofSeconds(5)).isEqualTo("value");
            } else {
                assertThat(result)
                        .failsWithin(Duration.ofSeconds(5))
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(LockLostException.class);
            }
            events.clear();
        }
    }

    @Test
    void badKeysAreRefusedByName() {
        LockOptions options = LockOptions.builder().origin("Orders.fulfil").build();
        for (String key : new String[] {null, "", "  ", "a b", "a\nb", "x".repeat(257)}) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> template.execute(key, options, handle -> 1))
                    .withMessageStartingWith("Orders.fulfil: ");
        }
        assertThat(locks.server().view().requests()).isEmpty();
    }

    @Test
    void encodingsMakeUnfitKeysFit() {
        LockTemplate percent = new LockTemplate(
                locks.client(),
                LockSettings.builder().keyEncoding(KeyEncoding.percent()).build());
        assertThat(percent.<String, RuntimeException>execute("a b%ä", LockHandle::key))
                .isEqualTo("a%20b%25ä");
        LockTemplate hash = new LockTemplate(
                locks.client(),
                LockSettings.builder().keyEncoding(KeyEncoding.hashUnfit()).build());
        assertThat(hash.<String, RuntimeException>execute("fits", LockHandle::key))
                .isEqualTo("fits");
        String first = hash.execute("order:" + "x".repeat(300), LockHandle::key);
        String second = hash.execute("order:" + "x".repeat(301), LockHandle::key);
        assertThat(first).startsWith("order:xxx").contains("-sha256-").isNotEqualTo(second);
        assertThat(hash.<String, RuntimeException>execute("order:a b", LockHandle::key))
                .startsWith("order:a-sha256-");
    }

    @Test
    void keyThatLooksHashedIsNotTheKeyOfAnother() {
        KeyEncoding encoding = KeyEncoding.hashUnfit();
        String hashed = encoding.encode("order:a b");
        assertThat(encoding.encode(hashed)).startsWith("order:a-sha256-").isNotEqualTo(hashed);
        assertThat(encoding.encode(hashed + "0")).isEqualTo(hashed + "0");
        assertThat(encoding.encode("-sha256-0")).isEqualTo("-sha256-0");
    }

    @Test
    void optionsReachTheLock() {
        LockOptions options = LockOptions.builder()
                .name("report")
                .leaseTtl(Duration.ofSeconds(7))
                .renewRatio(0.3)
                .renewal(false)
                .build();
        template.executeWithoutResult("k", options, handle -> {
            assertThat(handle.lease()).isEqualTo(Duration.ofSeconds(7));
            assertThat(LockContext.find("report")).containsSame(handle);
            assertThat(LockContext.find("other")).isEmpty();
            assertThat(locks.client().snapshot().held())
                    .singleElement()
                    .satisfies(held -> assertThat(held.name()).isEqualTo("report"));
        });
        LockTemplate withDefaults = new LockTemplate(
                locks.client(),
                LockSettings.builder()
                        .defaults(LockOptions.builder()
                                .leaseTtl(Duration.ofSeconds(9))
                                .build())
                        .build());
        assertThat(withDefaults.<Duration, RuntimeException>execute("k", LockHandle::lease))
                .isEqualTo(Duration.ofSeconds(9));
        assertThat(withDefaults.<Duration, RuntimeException>execute("k", options, LockHandle::lease))
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void semaphoreLetsSoManyIn() {
        SemaphoreTemplate semaphores = new SemaphoreTemplate(locks.client());
        SemaphoreTemplate rivals = new SemaphoreTemplate(locks.other());
        semaphores.executeWithoutResult(
                "pool",
                2,
                first -> rivals.executeWithoutResult("pool2", 1, unrelated -> {
                    try (LockHandle second = rivals.acquire("pool", 2)) {
                        assertThat(second.isHeld()).isTrue();
                        assertThat(rivals.tryExecute("pool", 2, AT_ONCE, third -> 1)
                                        .isAcquired())
                                .isFalse();
                        assertThatExceptionOfType(SemaphoreLimitMismatchException.class)
                                .isThrownBy(() -> rivals.acquire("pool", 3))
                                .withMessageContaining("limit");
                    }
                }));
        assertThatExceptionOfType(InvalidArgumentException.class)
                .isThrownBy(() -> semaphores.withLimit(0))
                .withMessageContaining("0");
    }

    @Test
    void failingEventListenerDoesNotHarmTheCall() {
        LockTemplate unlucky = new LockTemplate(
                locks.client(),
                LockSettings.builder()
                        .eventPublisher(event -> {
                            throw new IllegalStateException("listener");
                        })
                        .build());
        try (LockHandle held = rival.acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            assertThat(unlucky.tryExecute("k", AT_ONCE, handle -> 1).isAcquired())
                    .isFalse();
        }
    }

    @Test
    void doublesRunEverythingAtOnceWithoutAServer() throws Exception {
        LockOperations double1 = LockOperations.withoutLocking();
        assertThat(double1.<Integer, RuntimeException>execute("k", handle -> {
                    assertThat(handle.isHeld()).isTrue();
                    assertThat(LockContext.current()).isSameAs(handle);
                    return 1;
                }))
                .isEqualTo(1);
        assertThat(double1.tryExecute("k", AT_ONCE, handle -> 1).isAcquired()).isTrue();
        assertThat(double1.executeAsync("k", handle -> CompletableFuture.completedFuture(2))
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(2);
        try (QueuedAcquisition place = double1.enqueue("k")) {
            assertThat(place.await(Duration.ZERO).isHeld()).isTrue();
        }
        assertThat(SemaphoreOperations.withoutLocking().<Integer, RuntimeException>execute("k", 2, handle -> 3))
                .isEqualTo(3);
        assertThat(SemaphoreOperations.withoutLocking()).isSameAs(SemaphoreOperations.withoutLocking());
    }

    private static void awaitOther(CyclicBarrier both) {
        try {
            both.await(10, TimeUnit.SECONDS);
        } catch (Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    private static void awaitInterrupt() {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private void lose(LockHandle handle) {
        locks.loseHolderOf(handle.key());
        await().until(() -> !handle.isHeld());
    }

    private void restart() {
        try {
            locks.server().start();
        } catch (IOException ex) {
            throw new IllegalStateException(ex);
        }
    }

    @Test
    void callbackThatIsNullIsRefusedBeforeAnythingIsAsked() {
        String text = "callback must not be null";
        assertThatNullPointerException()
                .isThrownBy(() -> template.execute("k", (LockCallback<Object, RuntimeException>) null))
                .withMessage(text);
        assertThatNullPointerException()
                .isThrownBy(() -> template.tryExecute("k", (LockCallback<Object, RuntimeException>) null))
                .withMessage(text);
        assertThat(template.executeAsync("k", (AsyncLockCallback<Object>) null))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(NullPointerException.class)
                .withMessageContaining(text);
        assertThat(template.tryExecuteAsync("k", LockOptions.defaults(), (AsyncLockCallback<Object>) null))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(NullPointerException.class)
                .withMessageContaining(text);
        assertThat(locks.server().view().count("l")).isZero();
    }
}
