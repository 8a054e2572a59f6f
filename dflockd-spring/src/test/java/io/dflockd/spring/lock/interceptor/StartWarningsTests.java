package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockOptions;
import io.dflockd.spring.lock.LockSettings;
import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import io.dflockd.spring.lock.annotation.OnBusy;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.annotation.Scheduled;

/** What is allowed but rarely meant is told at start. */
@ExtendWith(OutputCaptureExtension.class)
class StartWarningsTests {

    private final ApplicationContextRunner runner =
            GuardedContext.withoutClient().withBean("client", DflockdClient.class, DflockdClient::withoutLocking);

    @Test
    void scheduledJobThatWaitsForItsLockIsWarnedOf(CapturedOutput output) {
        runner.withBean(Waiting.class).run(context -> assertThat(context).hasNotFailed());

        for (String method : new String[] {"skipping", "skippingLater", "failing", "stage"}) {
            assertThat(warnings(output, "Waiting." + method + "()"))
                    .as(method)
                    .singleElement()
                    .asString()
                    .contains(
                            "waits for its lock", "another node runs the scheduled job again", "@DistributedScheduled");
        }
    }

    @Test
    void scheduledJobThatThrowsWhenBusyIsWarnedOf(CapturedOutput output) {
        runner.withBean(Throwing.class).run(context -> assertThat(context).hasNotFailed());

        assertThat(warnings(output, "Throwing.failing()"))
                .singleElement()
                .asString()
                .contains("throws when the lock is busy", "logs an error on every node", "@DistributedScheduled");
    }

    @Test
    void defaultsOfTheTemplatesCount(CapturedOutput output) {
        runner.withBean(
                        LockSettings.class,
                        () -> LockSettings.builder()
                                .defaults(LockOptions.builder()
                                        .acquireTimeout(Duration.ZERO)
                                        .build())
                                .build())
                .withBean(Waiting.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(warnings(output, "Waiting.skipping()")).isEmpty();
        assertThat(warnings(output, "Waiting.skippingLater()"))
                .singleElement()
                .asString()
                .contains("waits for its lock");
        assertThat(warnings(output, "Waiting.failing()"))
                .singleElement()
                .asString()
                .contains("throws when the lock is busy");
    }

    @Test
    void severalBeansOfAClassAreWarnedOfOnce(CapturedOutput output) {
        runner.withBean("first", Throwing.class)
                .withBean("second", Throwing.class)
                .withBean("prototype", Throwing.class, Throwing::new, definition -> definition.setScope("prototype"))
                .run(context -> {
                    context.getBean("prototype");
                    context.getBean("prototype");
                });

        assertThat(warnings(output, "Throwing.failing()")).hasSize(1);
    }

    @Test
    void jobsThatRunOnOneNodeAndMethodsThatAreNoJobsAreNotWarnedOf(CapturedOutput output) {
        runner.withBean(NotWaiting.class).run(context -> assertThat(context).hasNotFailed());

        assertThat(output).doesNotContain("NotWaiting");
    }

    @Test
    void jobThatNothingSchedulesIsWarnedOf(CapturedOutput output) {
        runner.withBean("first", Unscheduled.class)
                .withBean("second", Unscheduled.class)
                .run(context -> assertThat(context).hasNotFailed());

        assertThat(warnings(output, "Unscheduled.forgotten()"))
                .singleElement()
                .asString()
                .contains("@DistributedScheduled on", "is not @Scheduled", "Add @Scheduled");
        assertThat(warnings(output, "Unscheduled.composed(int)"))
                .singleElement()
                .asString()
                .contains("@Nightly on", "is not @Scheduled");
        assertThat(output).doesNotContain("Unscheduled.scheduled()");
    }

    private static List<String> warnings(CapturedOutput output, String method) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("WARN") && line.contains(method))
                .toList();
    }

    static class Waiting {

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP)
        public void skipping() {}

        @Scheduled(fixedDelay = 1_000_000)
        @Scheduled(cron = "0 0 0 1 1 *")
        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP, acquireTimeout = "1s")
        public void skippingLater() {}

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked("job")
        public void failing() {}

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked("job")
        public CompletableFuture<Void> stage() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class Throwing {

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked(name = "job", acquireTimeout = "0s")
        public void failing() {}
    }

    static class NotWaiting {

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP, acquireTimeout = "0s")
        public void atOnce() {}

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedScheduled(name = "job", holdAtLeast = "30s")
        public void onOneNode() {}

        @Scheduled(fixedDelay = 1_000_000)
        @DistributedConcurrencyLimit(name = "nodes", limit = 2)
        public void onTwoNodesAtATime() {}

        @DistributedLocked(name = "job", onBusy = OnBusy.SKIP)
        public void unscheduled() {}
    }

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedScheduled(name = "nightly", holdAtLeast = "30s")
    @interface Nightly {}

    @Retention(RetentionPolicy.RUNTIME)
    @Nightly
    @Scheduled(fixedDelay = 1_000_000)
    @interface ScheduledNightly {}

    static class Unscheduled {

        @DistributedScheduled(name = "job", holdAtLeast = "30s")
        public void forgotten() {}

        @Nightly
        public void composed(int any) {}

        @ScheduledNightly
        public void scheduled() {}
    }
}
