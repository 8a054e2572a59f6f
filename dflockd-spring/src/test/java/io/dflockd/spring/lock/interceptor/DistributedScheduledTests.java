package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LossReason;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.LockTemplate;
import io.dflockd.spring.lock.OnLost;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.event.LockBusyEvent;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.AliasFor;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Scheduled jobs on one node. */
@Timeout(60)
class DistributedScheduledTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    private ApplicationContextRunner runner() {
        return GuardedContext.withoutClient()
                .withPropertyValues("job.at-least=1h")
                .withBean("client", DflockdClient.class, this::newClient)
                .withBean("second", DflockdClient.class, this::newClient, bean -> bean.setPrimary(true));
    }

    private DflockdClient newClient() {
        return DflockdClient.builder()
                .servers(locks.server().address())
                .holdAtLeastOnClose(Duration.ZERO)
                .build();
    }

    @Test
    void runKeepsItsLockAndFurtherRunsAreSkipped() {
        runner().withBean(Runs.class).withBean(Job.class).withBean(Busy.class).run(context -> {
            Job job = context.getBean(Job.class);

            job.run();
            job.run();

            assertThat(context.getBean(Runs.class).count).hasValue(1);
            assertThat(locks.isHeld("job")).isTrue();
            assertThat(context.getBean(Busy.class).events)
                    .singleElement()
                    .satisfies(event -> assertThat(event.getName()).isEqualTo("job"));
        });
    }

    @Test
    void attributesReachTheLock() {
        runner().withBean(Runs.class).withBean(Job.class).run(context -> {
            Job job = context.getBean(Job.class);

            assertThat(job.key("7")).contains("keyed:7");
            assertThat(job.byValue()).contains("by-value");
            assertThat(job.ofOwnAnnotation()).contains("own");
            assertThat(locks.isHeld("own")).isTrue();
            assertThatExceptionOfType(LockLostException.class)
                    .isThrownBy(job::interrupted)
                    .satisfies(ex -> assertThat(ex.reason()).isEqualTo(LossReason.HELD_TOO_LONG));
        });
    }

    @Test
    void skippedRunsAreNotLoggedAboveDebug() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        LockHandle held = new LockTemplate(locks.other()).acquire("job");
        runner().withUserConfiguration(Scheduling.class)
                .withBean(Runs.class)
                .withBean(Job.class)
                .withBean(Busy.class)
                .run(context -> {
                    appender.start();
                    root.addAppender(appender);
                    try {
                        List<LockBusyEvent> busy = context.getBean(Busy.class).events;
                        await().until(busy::size, greaterThanOrEqualTo(5));
                    } finally {
                        root.detachAppender(appender);
                    }
                    assertThat(appender.list)
                            .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                            // Clients of the tests before may still log losses, on their own threads.
                            .filteredOn(event -> event.getFormattedMessage().contains("job")
                                    || !event.getThreadName().startsWith("dflockd-"))
                            .isEmpty();
                    assertThat(context.getBean(Runs.class).count).hasValue(0);
                    held.release();
                    await().untilAtomic(context.getBean(Runs.class).count, greaterThanOrEqualTo(1));
                });
    }

    @Test
    void brokenIsNotSkipped() {
        runner().withBean(Runs.class).withBean(Job.class).run(context -> {
            locks.server().close();

            assertThatExceptionOfType(DflockdConnectionException.class)
                    .isThrownBy(() -> context.getBean(Job.class).run());
            assertThat(context.getBean(Runs.class).count).hasValue(0);
        });
    }

    @Test
    void clientIsChosenByName() {
        runner().withBean(OnUnknownClient.class).run(context -> {
            Throwable failure = context.getStartupFailure();
            while (failure != null && !(failure instanceof LockDefinitionException)) {
                failure = failure.getCause();
            }
            assertThat(failure).isNotNull();
            assertThat(failure.getMessage()).contains("client = \"third\"");
        });
    }

    @Test
    void jobWithoutANameOrWithBadTimesFailsTheStart() {
        for (Class<?> bad : List.of(NoName.class, LeastAboveMost.class)) {
            runner().withBean(bad)
                    .run(context -> assertThat(context).getFailure().hasStackTraceContaining(bad.getSimpleName()));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {}

    @Retention(RetentionPolicy.RUNTIME)
    @DistributedScheduled(holdAtLeast = "1h")
    @interface OwnJob {

        @AliasFor(annotation = DistributedScheduled.class, attribute = "name")
        String value();
    }

    static class Busy {

        final List<LockBusyEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void skipped(LockBusyEvent event) {
            events.add(event);
        }
    }

    static class Runs {

        final AtomicInteger count = new AtomicInteger();
    }

    static class Job {

        private final Runs runs;

        Job(Runs runs) {
            this.runs = runs;
        }

        @Scheduled(fixedRate = 10)
        @DistributedScheduled(name = "job", holdAtLeast = "${job.at-least}")
        public void run() {
            runs.count.incrementAndGet();
        }

        @DistributedScheduled(name = "keyed", key = "#id", client = "client")
        public Optional<String> key(String id) {
            return Optional.of(LockContext.current().key());
        }

        @DistributedScheduled("by-value")
        public Optional<String> byValue() {
            return Optional.of(LockContext.current().key());
        }

        @OwnJob("own")
        public Optional<String> ofOwnAnnotation() {
            return Optional.of(LockContext.current().key());
        }

        @DistributedScheduled(name = "hung", holdAtMost = "30ms", onLost = OnLost.INTERRUPT)
        public void interrupted() throws InterruptedException {
            new CountDownLatch(1).await(1, TimeUnit.HOURS);
        }
    }

    static class OnUnknownClient {

        @DistributedScheduled(name = "job", client = "third")
        public void guarded() {}
    }

    static class NoName {

        @DistributedScheduled(holdAtLeast = "1s")
        public void guarded() {}
    }

    static class LeastAboveMost {

        @DistributedScheduled(name = "job", holdAtLeast = "2s", holdAtMost = "1s")
        public void guarded() {}
    }
}
