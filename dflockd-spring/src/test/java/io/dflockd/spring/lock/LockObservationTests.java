package io.dflockd.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.LockHandle;
import io.dflockd.spring.lock.observation.LockObservationContext;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

@Timeout(60)
class LockObservationTests {

    private static final LockOptions NAMED =
            LockOptions.builder().name("order").acquireTimeout(Duration.ZERO).build();

    @RegisterExtension
    final LockServer locks = new LockServer();

    private final TestObservationRegistry registry = TestObservationRegistry.create();

    private LockTemplate template(ObservationRegistry registry) {
        return new LockTemplate(
                locks.client(),
                LockSettings.builder().observationRegistry(registry).build());
    }

    @Test
    void acquireAndHoldAreObservedWithTheNameAsTagAndTheKeyOnlyInTraces() {
        AtomicReference<Observation> inside = new AtomicReference<>();
        template(registry)
                .executeWithoutResult("order:7", NAMED, handle -> inside.set(registry.getCurrentObservation()));
        String server = locks.server().address();
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("dflockd.lock.acquire")
                .that()
                .hasBeenStarted()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("dflockd.kind", "lock")
                .hasLowCardinalityKeyValue("dflockd.name", "order")
                .hasLowCardinalityKeyValue("dflockd.outcome", "acquired")
                .hasLowCardinalityKeyValue("dflockd.server", server)
                .hasHighCardinalityKeyValue("dflockd.key", "order:7");
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("dflockd.lock.hold")
                .that()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("dflockd.outcome", "released")
                .hasHighCardinalityKeyValue("dflockd.key", "order:7");
        assertThat(inside.get().getContextView().getName()).isEqualTo("dflockd.lock.hold");
        assertThat(registry.getCurrentObservation()).isNull();
    }

    @Test
    void unnamedCallsAndOtherOutcomesAreTold() {
        LockTemplate template = template(registry);
        try (LockHandle held = new LockTemplate(locks.other()).acquire("k")) {
            assertThat(held.isHeld()).isTrue();
            template.tryExecute(
                    "k", LockOptions.builder().acquireTimeout(Duration.ZERO).build(), handle -> 1);
        }
        TestObservationRegistryAssert.assertThat(registry)
                .hasSingleObservationThat()
                .hasLowCardinalityKeyValue("dflockd.name", "unnamed")
                .hasLowCardinalityKeyValue("dflockd.outcome", "busy")
                .hasLowCardinalityKeyValue("dflockd.server", "none");
    }

    @Test
    void asynchronousAndReactiveHoldsAreChildrenOfWhatTheCallerObserves() {
        LockTemplate template = template(registry);
        Observation caller = Observation.start("caller", registry);
        caller.scoped(() -> {
            template.executeAsync("a", NAMED, handle -> CompletableFuture.completedFuture(1))
                    .join();
            new ReactiveLockTemplate(template)
                    .execute("b", NAMED, handle -> Mono.just(1))
                    .block();
        });
        caller.stop();
        TestObservationRegistryAssert.assertThat(registry)
                .hasNumberOfObservationsWithNameEqualTo("dflockd.lock.hold", 2)
                .forAllObservationsWithNameEqualTo(
                        "dflockd.lock.hold", hold -> hold.hasParentObservationEqualTo(caller));
    }

    @ParameterizedTest
    @CsvSource({
        "start, false", "scope opened, false", "scope closed, false", "stop, false",
        "start, true", "scope opened, true", "scope closed, true", "stop, true"
    })
    void failingHandlersDoNotHarmLocking(String step, boolean byError) {
        ObservationRegistry broken = ObservationRegistry.create();
        broken.observationConfig().observationHandler(new ObservationHandler<LockObservationContext>() {
            @Override
            public void onStart(LockObservationContext context) {
                failAt("start");
            }

            @Override
            public void onScopeOpened(LockObservationContext context) {
                failAt("scope opened");
            }

            @Override
            public void onScopeClosed(LockObservationContext context) {
                failAt("scope closed");
            }

            @Override
            public void onStop(LockObservationContext context) {
                failAt("stop");
            }

            private void failAt(String reached) {
                if (reached.equals(step)) {
                    if (byError) {
                        throw new StackOverflowError(step);
                    }
                    throw new IllegalStateException(step);
                }
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof LockObservationContext;
            }
        });
        LockTemplate template = template(broken);
        assertThat(template.<Boolean, RuntimeException>execute("k", NAMED, LockHandle::isHeld))
                .isTrue();
        assertThat(template.executeAsync("k", NAMED, handle -> CompletableFuture.completedFuture(1)))
                .succeedsWithin(Duration.ofSeconds(5));
        assertThat(broken.getCurrentObservation()).isNull();
    }

    /** A handler may have begun something that only the end of the observation ends, as long task timers do. */
    @Test
    void observationThatAHandlerFailsToStartIsStoppedForTheOthers() {
        Set<Observation.Context> running = ConcurrentHashMap.newKeySet();
        ObservationRegistry half = ObservationRegistry.create();
        half.observationConfig().observationHandler(new RunningHandler(running));
        half.observationConfig().observationHandler(new ObservationHandler<LockObservationContext>() {
            @Override
            public void onStart(LockObservationContext context) {
                throw new IllegalStateException("thrown by the test's handler");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof LockObservationContext;
            }
        });
        assertThat(template(half).<Boolean, RuntimeException>execute("k", NAMED, LockHandle::isHeld))
                .isTrue();
        assertThat(running).isEmpty();
    }

    /** A stage of the user's own may not take what follows it. */
    @Test
    void holdOfAStageThatCannotBeFollowedEnds() {
        CompletableFuture<Integer> stubborn = new CompletableFuture<>() {
            @Override
            public CompletableFuture<Integer> whenComplete(BiConsumer<? super Integer, ? super Throwable> action) {
                throw new UnsupportedOperationException("thrown by the test's stage");
            }
        };
        assertThat(template(registry).executeAsync("k", NAMED, handle -> stubborn))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(UnsupportedOperationException.class);
        locks.awaitFree();
        TestObservationRegistryAssert.assertThat(registry)
                .hasObservationWithNameEqualTo("dflockd.lock.hold")
                .that()
                .hasBeenStopped()
                .hasLowCardinalityKeyValue("dflockd.outcome", "released");
    }

    private record RunningHandler(Set<Observation.Context> running) implements ObservationHandler<Observation.Context> {

        @Override
        public void onStart(Observation.Context context) {
            running.add(context);
        }

        @Override
        public void onStop(Observation.Context context) {
            running.remove(context);
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
