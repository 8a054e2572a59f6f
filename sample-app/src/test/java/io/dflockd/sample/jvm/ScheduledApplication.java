package io.dflockd.sample.jvm;

import io.dflockd.client.DflockdClientListener;
import io.dflockd.spring.boot.autoconfigure.DflockdClientBuilderCustomizer;
import io.dflockd.spring.lock.annotation.DistributedScheduled;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/**
 * A node with a job of a millisecond, which is due at every tick: a point in time that all nodes know by number. Its clock is
 * late by another jitter at each tick. Says on standard output, in milliseconds of the host's clock, when it tried to run the
 * job and when a lock became free.
 *
 * <p>Without {@code @Configuration}, so that the sample's component scan does not find it in other tests.
 */
@EnableAutoConfiguration
@EnableScheduling
@Import(ScheduledApplication.Job.class)
class ScheduledApplication {

    static final long PERIOD = 120;

    static final long MAX_JITTER = 25;

    static final long AT_LEAST = 55;

    public static void main(String[] args) throws Exception {
        new SpringApplicationBuilder(ScheduledApplication.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "spring.main.banner-mode=off",
                        "logging.level.root=warn",
                        // The job has no @Scheduled: its jitter is the test's.
                        "logging.level.io.dflockd.spring.lock.interceptor.StartWarnings=error")
                .run(args);
        System.in.read();
    }

    @Bean
    SchedulingConfigurer ticks(Job job) {
        return tasks -> {
            long[] tick = {System.currentTimeMillis() / PERIOD};
            tasks.addTriggerTask(
                    () -> {
                        long tried = System.currentTimeMillis();
                        job.run(tick[0]);
                        System.out.println("TRIED " + tick[0] + " " + tried + " " + System.currentTimeMillis());
                    },
                    context -> {
                        tick[0] = Math.max(tick[0], System.currentTimeMillis() / PERIOD) + 1;
                        return Instant.ofEpochMilli(
                                tick[0] * PERIOD + ThreadLocalRandom.current().nextLong(MAX_JITTER + 1));
                    });
        };
    }

    @Bean
    DflockdClientBuilderCustomizer freedLocks() {
        return (builder, name) -> builder.listener(new DflockdClientListener() {
            @Override
            public void released(Subject subject, Duration held, boolean confirmed) {
                System.out.println("FREED " + System.currentTimeMillis());
            }
        });
    }

    static class Job {

        @DistributedScheduled(name = "tick", holdAtLeast = "${test.at-least}")
        public void run(long tick) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            System.out.println("RAN " + tick);
        }
    }
}
