package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code holdAtLeast} and {@code holdAtMost} of guarded methods, for each kind of return type. */
@Timeout(60)
class HoldLimitsOfMethodsTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final LockOptions AT_ONCE =
            LockOptions.builder().acquireTimeout(Duration.ZERO).build();

    @RegisterExtension
    final LockServer locks = new LockServer();

    private ApplicationContextRunner runner() {
        return runner(null, null);
    }

    private ApplicationContextRunner runner(Duration atLeast, Duration atMost) {
        return GuardedContext.withoutClient()
                .withBean("client", DflockdClient.class, () -> locks.newClient(atLeast, atMost));
    }

    private void with(Consumer<Brief> test) {
        runner().withPropertyValues("job.at-least=1h", "job.at-most=30ms")
                .withBean(Brief.class)
                .run(context -> test.accept(context.getBean(Brief.class)));
    }

    @Test
    void minimumAppliesToEveryReturnType() {
        with(brief -> {
            brief.atLeast();
            assertThat(brief.atLeastStage()).succeedsWithin(SOON).isEqualTo(1);
            assertThat(brief.atLeastMono().block(SOON)).isEqualTo(1);
            assertThat(brief.atLeastFlux().blockLast(SOON)).isEqualTo(2);
            brief.atLeastSlot();

            for (String key : new String[] {"value", "stage", "mono", "flux"}) {
                assertThat(locks.isHeld(key)).as(key).isTrue();
                assertThat(new LockTemplate(locks.other()).tryAcquire(key, AT_ONCE))
                        .as(key)
                        .isEmpty();
            }
            assertThat(locks.server().view().holders("slot")).hasSize(1);
        });
    }

    @Test
    void maximumAppliesToEveryReturnType() {
        with(brief -> {
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(brief::atMost)
                    .satisfies(HoldLimitsOfMethodsTests::isHeldTooLong);
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(brief::atMostInterrupted)
                    .satisfies(HoldLimitsOfMethodsTests::isHeldTooLong);
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(brief::atMostSlot)
                    .satisfies(HoldLimitsOfMethodsTests::isHeldTooLong);
            failsAsHeldTooLong(brief.atMostStage());
            failsAsHeldTooLong(brief.atMostMono().toFuture());
            failsAsHeldTooLong(brief.atMostFlux().collectList().toFuture());
        });
    }

    /** Leases are whole seconds. */
    @Test
    void minimumBelowASecondAppliesToEveryReturnType() {
        runner().withBean(Moments.class).withBean(LimitedFunctions.class).run(context -> {
            Moments jobs = context.getBean(Moments.class);
            LimitedFunctions functions = context.getBean(LimitedFunctions.class);
            for (Runnable call : List.<Runnable>of(
                    jobs::value,
                    () -> jobs.stage().join(),
                    () -> jobs.mono().block(SOON),
                    () -> Coroutines.moment(functions).join())) {
                long start = System.nanoTime();
                call.run();
                locks.awaitFree();
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Moments.AT_LEAST);
            }
        });
    }

    @Test
    void limitsApplyToSuspendFunctions() {
        runner().withBean(LimitedFunctions.class).run(context -> {
            LimitedFunctions functions = context.getBean(LimitedFunctions.class);

            assertThat(Coroutines.brief(functions)).succeedsWithin(SOON).isEqualTo("value");
            assertThat(locks.isHeld("brief")).isTrue();
            failsAsHeldTooLong(Coroutines.endless(functions));
        });
    }

    @Test
    void noneTakesTheDefaultsAwayAndNothingKeepsThem() {
        runner(Duration.ofHours(1), Duration.ofHours(2))
                .withBean(Defaults.class)
                .run(context -> {
                    Defaults defaults = context.getBean(Defaults.class);

                    defaults.kept();
                    defaults.none();
                    defaults.noMaximum();

                    assertThat(locks.isHeld("kept")).isTrue();
                    assertThat(locks.isHeld("none")).isFalse();
                    assertThat(locks.isHeld("no-maximum")).isTrue();
                });
    }

    @Test
    void limitsThatCannotBeFailTheStart() {
        fails(LeastAboveMost.class, "LeastAboveMost.guarded", "holdAtLeast PT1M", "holdAtMost PT10S");
        fails(NegativeLeast.class, "NegativeLeast.guarded", "holdAtLeast = \"-1s\"", "negative");
        fails(NegativeMost.class, "NegativeMost.guarded", "holdAtMost = \"-1s\"", "negative");
        fails(ZeroMost.class, "ZeroMost.guarded", "holdAtMost = \"0s\"", "zero", "none");
        fails(TooLong.class, "TooLong.guarded", "holdAtLeast", "366 days");
        fails(WithoutUnit.class, "WithoutUnit.guarded", "holdAtLeast = \"30\"", "unit");
        fails(NoDuration.class, "NoDuration.guarded", "holdAtMost = \"never\"");
        fails(UnknownProperty.class, "UnknownProperty.guarded", "holdAtLeast = \"${no.such.property}\"");
        fails(SlotLeastAboveMost.class, "SlotLeastAboveMost.guarded", "holdAtLeast PT1M", "holdAtMost PT10S");
        fails(StageLeastAboveMost.class, "StageLeastAboveMost.guarded", "holdAtLeast PT1M");
        fails(NegativeStage.class, "NegativeStage.guarded", "holdAtLeast = \"-1s\"", "negative");
        fails(MonoLeastAboveMost.class, "MonoLeastAboveMost.guarded", "holdAtLeast PT1M");
        fails(NegativeMono.class, "NegativeMono.guarded", "holdAtMost = \"-1s\"", "negative");
        fails(LeastOfFuture.class, "LeastOfFuture.guarded", "java.util.concurrent.Future");
        fails(BadLimitsOfFunction.class, "BadLimitsOfFunction.guarded", "holdAtLeast PT2S", "holdAtMost PT1S");
        fails(NegativeFunction.class, "NegativeFunction.guarded", "holdAtLeast = \"-1s\"", "negative");
    }

    @Test
    void limitsThatDoNotFitTheDefaultsOfTheClientFailTheStart() {
        fails(runner(null, Duration.ofMinutes(1)), LeastOnly.class, "bean 'bean'", "LeastOnly.guarded", "PT2M", "PT1M");
        fails(runner(Duration.ofMinutes(4), null), MostOnly.class, "bean 'bean'", "MostOnly.guarded", "PT4M", "PT3M");
        runner(Duration.ofMinutes(1), Duration.ofMinutes(5))
                .withBean(LeastOnly.class)
                .withBean(MostOnly.class)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void lazyClientIsMadeForTheCheck() {
        ApplicationContextRunner lazy = GuardedContext.withoutClient()
                .withBean(
                        "client",
                        DflockdClient.class,
                        () -> locks.newClient(null, Duration.ofMinutes(1)),
                        definition -> definition.setLazyInit(true));
        fails(lazy, LeastOnly.class, "LeastOnly.guarded", "PT2M", "PT1M");
        lazy.withBean(Unlimited.class).run(context -> {
            assertThat(context).hasNotFailed();
            assertThat(((ConfigurableListableBeanFactory) context.getAutowireCapableBeanFactory())
                            .containsSingleton("client"))
                    .as("nothing to compare, so none is made")
                    .isFalse();
        });
    }

    @Test
    void clientsWithSeveralNamesAreChecked() {
        ApplicationContextRunner two = runner(null, Duration.ofMinutes(1))
                .withBean(
                        "second",
                        DflockdClient.class,
                        () -> locks.newClient(null, null),
                        definition -> definition.setPrimary(true))
                .withInitializer(context -> {
                    GenericApplicationContext generic = (GenericApplicationContext) context;
                    generic.registerAlias("client", "jobs");
                });
        fails(two, OnFirstClient.class, "OnFirstClient.guarded", "PT2M", "PT1M");
        fails(two, OnAlias.class, "OnAlias.guarded", "PT2M", "PT1M");
        two.withBean(LeastOnly.class)
                .run(context ->
                        assertThat(context).as("the primary one has no maximum").hasNotFailed());
    }

    @Test
    void defaultsOfTheTemplatesCount() {
        LockOptions atMost =
                LockOptions.builder().holdAtMost(Duration.ofMinutes(1)).build();
        ApplicationContextRunner runner = runner().withBean(
                        LockSettings.class,
                        () -> LockSettings.builder().defaults(atMost).build());
        fails(runner, LeastOnly.class, "LeastOnly.guarded", "PT2M", "PT1M");
        fails(
                runner(Duration.ofMinutes(2), null)
                        .withBean(
                                LockSettings.class,
                                () -> LockSettings.builder().defaults(atMost).build()),
                Unlimited.class,
                "Unlimited.guarded",
                "PT2M",
                "PT1M");
        LockOptions longer =
                atMost.toBuilder().holdAtMost(Duration.ofMinutes(5)).build();
        runner(null, Duration.ofMinutes(1))
                .withBean(
                        LockSettings.class,
                        () -> LockSettings.builder().defaults(longer).build())
                .withBean(LeastOnly.class)
                .run(context -> assertThat(context)
                        .as("the template's default replaces that of the client")
                        .hasNotFailed());
    }

    private void fails(Class<?> bean, String... parts) {
        fails(runner(), bean, parts);
    }

    private static void fails(ApplicationContextRunner runner, Class<?> bean, String... parts) {
        runner.withBean("bean", bean).run(context -> {
            Throwable failure = context.getStartupFailure();
            while (failure != null && !(failure instanceof LockDefinitionException)) {
                failure = failure.getCause();
            }
            assertThat(failure).as(bean.getSimpleName()).isNotNull();
            assertThat(failure.getMessage()).contains(parts);
        });
    }

    private static void failsAsHeldTooLong(CompletableFuture<?> result) {
        assertThat(result)
                .failsWithin(SOON)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(LockLostException.class, HoldLimitsOfMethodsTests::isHeldTooLong);
    }

    private static void isHeldTooLong(LockLostException lost) {
        assertThat(lost.reason()).isEqualTo(LossReason.HELD_TOO_LONG);
    }

    static class Brief {

        @DistributedLocked(name = "value", holdAtLeast = "${job.at-least}")
        public void atLeast() {}

        @DistributedLocked(name = "stage", holdAtLeast = "1h")
        public CompletableFuture<Integer> atLeastStage() {
            return CompletableFuture.completedFuture(1);
        }

        @DistributedLocked(name = "mono", holdAtLeast = "PT1H")
        public Mono<Integer> atLeastMono() {
            return Mono.just(1);
        }

        @DistributedLocked(name = "flux", holdAtLeast = "1h", holdAtMost = "1h")
        public Flux<Integer> atLeastFlux() {
            return Flux.just(1, 2);
        }

        @DistributedConcurrencyLimit(name = "slot", limit = 1, holdAtLeast = "1h")
        public void atLeastSlot() {}

        @DistributedLocked(name = "most", holdAtMost = "${job.at-most}")
        public void atMost() {
            LockHandle handle = LockContext.current();
            await().until(() -> !handle.isHeld());
        }

        @DistributedLocked(name = "interrupted", holdAtMost = "30ms", onLost = OnLost.INTERRUPT)
        public void atMostInterrupted() throws InterruptedException {
            new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }

        @DistributedConcurrencyLimit(name = "most-slot", limit = 1, holdAtMost = "30ms")
        public void atMostSlot() {
            LockHandle handle = LockContext.current();
            await().until(() -> !handle.isHeld());
        }

        @DistributedLocked(name = "most-stage", holdAtMost = "30ms", onLost = OnLost.INTERRUPT)
        public CompletableFuture<Integer> atMostStage() {
            return new CompletableFuture<>();
        }

        @DistributedLocked(name = "most-mono", holdAtMost = "30ms")
        public Mono<Integer> atMostMono() {
            return Mono.never();
        }

        @DistributedLocked(name = "most-flux", holdAtMost = "30ms")
        public Flux<Long> atMostFlux() {
            return Flux.interval(Duration.ofMillis(1));
        }
    }

    static class Moments {

        static final Duration AT_LEAST = Duration.ofMillis(150);

        @DistributedLocked(name = "value", holdAtLeast = "150ms")
        public void value() {}

        @DistributedLocked(name = "stage", holdAtLeast = "150ms")
        public CompletableFuture<Integer> stage() {
            return CompletableFuture.completedFuture(1);
        }

        @DistributedLocked(name = "mono", holdAtLeast = "150ms")
        public Mono<Integer> mono() {
            return Mono.just(1);
        }
    }

    static class Defaults {

        @DistributedLocked("kept")
        public void kept() {}

        @DistributedLocked(name = "none", holdAtLeast = "none", holdAtMost = "none")
        public void none() {}

        @DistributedLocked(name = "no-maximum", holdAtLeast = "3h", holdAtMost = "none")
        public void noMaximum() {}
    }

    static class LeastAboveMost {

        @DistributedLocked(name = "job", holdAtLeast = "1m", holdAtMost = "10s")
        public void guarded() {}
    }

    static class NegativeLeast {

        @DistributedLocked(name = "job", holdAtLeast = "-1s")
        public void guarded() {}
    }

    static class NegativeMost {

        @DistributedLocked(name = "job", holdAtMost = "-1s")
        public void guarded() {}
    }

    static class ZeroMost {

        @DistributedLocked(name = "job", holdAtMost = "0s")
        public void guarded() {}
    }

    static class TooLong {

        @DistributedLocked(name = "job", holdAtLeast = "367d")
        public void guarded() {}
    }

    static class WithoutUnit {

        @DistributedLocked(name = "job", holdAtLeast = "30")
        public void guarded() {}
    }

    static class NoDuration {

        @DistributedLocked(name = "job", holdAtMost = "never")
        public void guarded() {}
    }

    static class UnknownProperty {

        @DistributedLocked(name = "job", holdAtLeast = "${no.such.property}")
        public void guarded() {}
    }

    static class SlotLeastAboveMost {

        @DistributedConcurrencyLimit(name = "job", limit = 2, holdAtLeast = "1m", holdAtMost = "10s")
        public void guarded() {}
    }

    static class StageLeastAboveMost {

        @DistributedLocked(name = "job", holdAtLeast = "1m", holdAtMost = "10s")
        public CompletableFuture<Void> guarded() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class NegativeStage {

        @DistributedLocked(name = "job", holdAtLeast = "-1s")
        public CompletableFuture<Void> guarded() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class MonoLeastAboveMost {

        @DistributedLocked(name = "job", holdAtLeast = "1m", holdAtMost = "10s")
        public Mono<Void> guarded() {
            return Mono.empty();
        }
    }

    static class NegativeMono {

        @DistributedLocked(name = "job", holdAtMost = "-1s")
        public Mono<Void> guarded() {
            return Mono.empty();
        }
    }

    static class LeastOnly {

        @DistributedLocked(name = "job", holdAtLeast = "2m")
        public void guarded() {}
    }

    static class MostOnly {

        @DistributedConcurrencyLimit(name = "job", limit = 2, holdAtMost = "3m")
        public void guarded() {}
    }

    static class OnFirstClient {

        @DistributedLocked(name = "job", holdAtLeast = "2m", client = "client")
        public void guarded() {}
    }

    static class OnAlias {

        @DistributedLocked(name = "job", holdAtLeast = "2m", client = "jobs")
        public void guarded() {}
    }

    static class Unlimited {

        @DistributedLocked("job")
        public void guarded() {}
    }

    static class LeastOfFuture {

        @DistributedLocked(name = "job", holdAtLeast = "1m")
        public Future<Integer> guarded() {
            return CompletableFuture.completedFuture(1);
        }
    }
}
