package io.dflockd.spring.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** When the elections start and stop, beside what else starts and stops. The client locks nothing, so it leads at once. */
@Timeout(60)
class LeaderRolesLifecycleTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final DflockdClient client = DflockdClient.withoutLocking();

    private LeaderRoles.Builder roles() {
        return LeaderRoles.builder(client).roles(List.of("r"));
    }

    /** Listens for leaderships, and is started and stopped in a phase of its own. */
    static class Worker implements SmartLifecycle {

        final int phase;

        final LeaderRoles roles;

        volatile boolean running;

        volatile boolean electedBeforeItsStart;

        final CompletableFuture<Boolean> runningWhenGranted = new CompletableFuture<>();

        final CompletableFuture<Boolean> runningWhenRevoked = new CompletableFuture<>();

        final CountDownLatch stopped = new CountDownLatch(1);

        Worker(int phase, LeaderRoles roles) {
            this.phase = phase;
            this.roles = roles;
        }

        @EventListener
        void granted(LeadershipGrantedEvent event) {
            runningWhenGranted.complete(running);
        }

        @EventListener
        void revoked(LeadershipRevokedEvent event) {
            runningWhenRevoked.complete(running);
        }

        @Override
        public void start() {
            electedBeforeItsStart = roles.election("r").isPresent();
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            stopped.countDown();
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    private static Worker add(AnnotationConfigApplicationContext context, String name, int phase, LeaderRoles roles) {
        Worker worker = new Worker(phase, roles);
        context.registerBean(name, Worker.class, () -> worker);
        return worker;
    }

    @Test
    void rolesAreGrantedWhenEverythingIsStartedAndRevokedInTheirPhase() {
        LeaderRoles roles = roles().build();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(LeaderRoles.class, () -> roles);
        Worker last = add(context, "last", Integer.MAX_VALUE, roles);
        Worker container = add(context, "container", Integer.MAX_VALUE - 100, roles);
        Worker web = add(context, "web", Integer.MAX_VALUE - 1024, roles);
        Worker first = add(context, "first", 0, roles);

        context.refresh();

        assertThat(roles.isRunning()).isTrue();
        for (Worker worker : List.of(first, web, container, last)) {
            assertThat(worker.electedBeforeItsStart).isFalse();
            assertThat(worker.runningWhenGranted).succeedsWithin(SOON).isEqualTo(true);
        }
        context.close();
        assertThat(last.runningWhenRevoked).isCompletedWithValue(false);
        assertThat(container.runningWhenRevoked).isCompletedWithValue(false);
        assertThat(web.runningWhenRevoked).isCompletedWithValue(true);
        assertThat(first.runningWhenRevoked).isCompletedWithValue(true);
    }

    @Test
    void startByABeanThatIsStartedEarlierIsDoneLastToo() {
        LeaderRoles roles = roles().autoStartup(false).build();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(LeaderRoles.class, () -> roles);
            Worker last = add(context, "last", Integer.MAX_VALUE, roles);
            context.registerBean("starter", Worker.class, () -> new Worker(0, roles) {
                @Override
                public void start() {
                    super.start();
                    roles.start();
                }
            });

            context.refresh();

            assertThat(last.electedBeforeItsStart).isFalse();
            assertThat(last.runningWhenGranted).succeedsWithin(SOON).isEqualTo(true);
        }
    }

    @Test
    void contextThatIsStoppedStartsTheElectionsAgain() {
        LeaderRoles roles = roles().build();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.registerBean(LeaderRoles.class, () -> roles);
            context.refresh();
            for (Runnable restart : List.<Runnable>of(
                    () -> {
                        context.stop();
                        context.start();
                    },
                    () -> {
                        context.pause();
                        context.restart();
                    })) {
                await().atMost(SOON).until(() -> roles.isLeader("r"));
                restart.run();
            }
            await().atMost(SOON).until(() -> roles.isLeader("r"));
        }
        assertThat(roles.isRunning()).isFalse();
    }

    @Test
    void electionsOfABeanThatIsMadeLaterCanBeStarted() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.refresh();
            context.registerBean(LeaderRoles.class, () -> roles().build());
            LeaderRoles roles = context.getBean(LeaderRoles.class);
            roles.start();
            await().atMost(SOON).until(() -> roles.isLeader("r"));
        }
    }

    /** The leader's work, which ends when the role is revoked. */
    static class Loop {

        final ThreadPoolTaskExecutor executor;

        final CountDownLatch begun = new CountDownLatch(1);

        final CountDownLatch toldToEnd = new CountDownLatch(1);

        volatile boolean ended;

        Loop(ThreadPoolTaskExecutor executor) {
            this.executor = executor;
        }

        @EventListener
        void granted(LeadershipGrantedEvent event) {
            executor.execute(() -> {
                begun.countDown();
                try {
                    ended = toldToEnd.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException ex) {
                    // Interrupted by the end of the executor: not told in time.
                }
            });
        }

        @EventListener
        void revoked(LeadershipRevokedEvent event) {
            toldToEnd.countDown();
        }
    }

    @Test
    void workOnAnExecutorIsToldToEndBeforeTheExecutorIsStopped() throws Exception {
        ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
        Loop loop = new Loop(executor);
        LeaderRoles roles = roles().build();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(LeaderRoles.class, () -> roles);
        context.registerBean(ThreadPoolTaskExecutor.class, () -> executor);
        context.registerBean(Loop.class, () -> loop);
        context.refresh();
        assertThat(loop.begun.await(20, TimeUnit.SECONDS)).isTrue();

        context.close();

        assertThat(loop.ended).isTrue();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {

        @Bean
        ThreadPoolTaskScheduler taskScheduler() {
            return new ThreadPoolTaskScheduler();
        }
    }

    /** Runs once, until the application stops. */
    static class Job {

        final LeaderRoles roles;

        final CountDownLatch begun = new CountDownLatch(1);

        final CountDownLatch mayEnd;

        final CompletableFuture<Boolean> ledAtItsEnd = new CompletableFuture<>();

        Job(LeaderRoles roles, CountDownLatch mayEnd) {
            this.roles = roles;
            this.mayEnd = mayEnd;
        }

        @Scheduled(fixedDelay = 1, timeUnit = TimeUnit.MILLISECONDS)
        void run() throws InterruptedException {
            if (roles.isLeader("r")) {
                begun.countDown();
                ledAtItsEnd.complete(mayEnd.await(20, TimeUnit.SECONDS) && roles.isLeader("r"));
            }
        }
    }

    private boolean leadsUntilTheJobHasEnded(LeaderRoles.Builder builder) throws Exception {
        LeaderRoles roles = builder.build();
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(Scheduling.class);
        context.registerBean(LeaderRoles.class, () -> roles);
        // Stopped directly before the scheduler.
        Worker worker = add(context, "worker", ExecutorConfigurationSupport.DEFAULT_PHASE + 1, roles);
        Job job = new Job(roles, worker.stopped);
        context.registerBean(Job.class, () -> job);
        context.refresh();
        assertThat(job.begun.await(20, TimeUnit.SECONDS)).isTrue();
        context.close();
        return job.ledAtItsEnd.get(20, TimeUnit.SECONDS);
    }

    @Test
    void phaseBelowThatOfSchedulersLeadsUntilTheirJobsHaveEnded() throws Exception {
        assertThat(leadsUntilTheJobHasEnded(roles().phase(ExecutorConfigurationSupport.DEFAULT_PHASE - 1)))
                .isTrue();
        assertThat(leadsUntilTheJobHasEnded(roles())).as("in the default phase").isFalse();
    }
}
