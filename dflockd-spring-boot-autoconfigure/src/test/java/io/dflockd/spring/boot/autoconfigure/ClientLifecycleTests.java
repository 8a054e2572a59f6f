package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.LossReason;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.lock.LockTemplate;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.TaskExecutor;

/** What becomes of locks and connections while a context stops, starts again and closes, and what is logged of it. */
@ExtendWith(OutputCaptureExtension.class)
class ClientLifecycleTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    TaskExecutionAutoConfiguration.class,
                    DflockdAutoConfiguration.class,
                    DflockdLockAutoConfiguration.class));

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void closingWaitsForHeldHandlesAndRefusesNewOnes() {
        CompletableFuture<Void> closing = new CompletableFuture<>();
        CopyOnWriteArrayList<LossReason> lost = new CopyOnWriteArrayList<>();
        runner.withPropertyValues("dflockd.servers=" + server.address()).run(context -> {
            DflockdClient client = context.getBean(DflockdClient.class);
            LockHandle held = client.lock("k").acquire().onLost((handle, reason) -> lost.add(reason));
            closing.completeAsync(() -> {
                context.getSourceApplicationContext().close();
                return null;
            });
            Awaitility.await().until(client::isClosed);
            assertThatExceptionOfType(ClientClosedException.class)
                    .isThrownBy(() -> client.lock("other").tryAcquire());
            assertThat(held.isHeld()).isTrue();
            assertThat(closing).isNotDone();

            assertThat(held.release()).isTrue();

            assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
            assertThat(lost).isEmpty();
            server.awaitQuiet(Duration.ofSeconds(5));
        });
    }

    @Test
    void closingFreesWhatIsStillHeldAfterTheCloseTimeout() {
        CopyOnWriteArrayList<LossReason> lost = new CopyOnWriteArrayList<>();
        runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.close-timeout=50ms")
                .run(context -> {
                    LockHandle held = context.getBean(DflockdClient.class)
                            .lock("k")
                            .acquire()
                            .onLost((handle, reason) -> lost.add(reason));

                    context.getSourceApplicationContext().close();

                    Awaitility.await().untilAsserted(() -> assertThat(lost).containsExactly(LossReason.CLIENT_CLOSED));
                    // Its listeners go with it.
                    Reference.reachabilityFence(held);
                    server.awaitQuiet(Duration.ofSeconds(5));
                });
    }

    @Test
    void startSaysOnceWhichClientsUseWhichServers(CapturedOutput output) {
        runner.withPropertyValues(
                        "dflockd.servers=" + server.address(),
                        "dflockd.clients.reports.servers=reports.test:1,more.test")
                .run(context -> {
                    assertThat(lines(output, "servers"))
                            .singleElement()
                            .asString()
                            .contains("default [" + server.address() + "], reports [reports.test:1, more.test:6388]");
                });
    }

    @Test
    void lazyClientSaysWhichServersItUses(CapturedOutput output) {
        runner.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .withPropertyValues("dflockd.servers=" + server.address())
                .run(context -> {
                    assertThat(lines(output, "servers")).isEmpty();
                    context.getBean(DflockdClient.class);
                    assertThat(lines(output, "servers"))
                            .singleElement()
                            .asString()
                            .contains("default [");
                });
    }

    @Test
    void closeSaysAtOnceWhatItWaitsFor(CapturedOutput output) {
        runner.withPropertyValues("dflockd.servers=" + server.address()).run(context -> {
            LockHandle held =
                    context.getBean(DflockdClient.class).lock("forgotten").acquire();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(
                    () -> context.getSourceApplicationContext().close());

            Awaitility.await().until(() -> !lines(output, "forgotten").isEmpty());

            assertThat(closing).isNotDone();
            assertThat(held.isHeld()).isTrue();
            held.release();
            assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
            assertThat(lines(output, "forgotten"))
                    .singleElement()
                    .asString()
                    .contains("'default'")
                    .contains("30.0 s")
                    .contains(server.address())
                    .doesNotContain(held.token());
        });
    }

    @Test
    void closeOfNothingHeldSaysNothing(CapturedOutput output) {
        runner.withPropertyValues("dflockd.servers=" + server.address())
                .run(context -> context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {}));
        assertThat(lines(output, "held")).isEmpty();
    }

    @Test
    void closeTimeoutsOfSeveralClientsDoNotAddUp() {
        ApplicationContextRunner clients =
                runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.close-timeout=2s");
        for (String name : List.of("a", "b", "c")) {
            clients = clients.withPropertyValues(
                    "dflockd.clients." + name + ".servers=" + server.address(),
                    "dflockd.clients." + name + ".close-timeout=2s");
        }
        clients.run(context -> {
            for (DflockdClient client :
                    context.getBeansOfType(DflockdClient.class).values()) {
                client.lock("of-" + System.identityHashCode(client)).acquire();
            }
            long start = System.nanoTime();
            context.getSourceApplicationContext().close();
            // One after the other would be eight seconds.
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(1900), Duration.ofSeconds(7));
        });
    }

    /** The executor is older than the client, and so destroyed later by the container's own order. */
    @Test
    void clientClosesAfterAnExecutorThatAwaitsGuardedTasks() {
        CopyOnWriteArrayList<String> seen = new CopyOnWriteArrayList<>();
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch destroying = new CountDownLatch(1);
        new ApplicationContextRunner()
                .withBean("older", OlderThanTheClient.class)
                .withConfiguration(AutoConfigurations.of(
                        TaskExecutionAutoConfiguration.class,
                        DflockdAutoConfiguration.class,
                        DflockdLockAutoConfiguration.class))
                .withPropertyValues(
                        "dflockd.servers=" + server.address(),
                        "dflockd.close-timeout=0s",
                        "spring.task.execution.shutdown.await-termination=true",
                        "spring.task.execution.shutdown.await-termination-period=30s")
                .withBean(CountDownLatch.class, () -> destroying)
                .withBean(LastMade.class)
                .run(context -> {
                    LockTemplate locks = context.getBean(LockTemplate.class);
                    context.getBean(OlderThanTheClient.class)
                            .executor()
                            .execute(() -> locks.executeWithoutResult("k", handle -> {
                                working.countDown();
                                awaitQuietly(destroying);
                                Awaitility.await()
                                        .during(Duration.ofMillis(500))
                                        .until(handle::isHeld);
                                seen.add("first:" + handle.isHeld());
                                handle.onLost((lost, reason) -> seen.add("lost:" + reason));
                                // A second lock while the context closes: the client is still there.
                                locks.executeWithoutResult("nested", nested -> seen.add("nested"));
                            }));
                    assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();
                    CompletableFuture<Void> closed = CompletableFuture.runAsync(
                            () -> context.getSourceApplicationContext().close());

                    assertThat(closed).succeedsWithin(Duration.ofSeconds(30));
                    assertThat(seen).containsExactly("first:true", "nested");
                });
    }

    @Test
    void stopAndStartOpenNewConnectionsAndKeepTheEmbeddedServersPort() {
        runner.withPropertyValues("dflockd.embedded.enabled=true").run(context -> {
            EmbeddedDflockdServer embedded = context.getBean(EmbeddedDflockdServer.class);
            LockTemplate locks = context.getBean(LockTemplate.class);
            locks.executeWithoutResult("k", handle -> {});
            int port = embedded.port();

            context.getSourceApplicationContext().stop();
            assertThat(embedded.isRunning()).isFalse();
            context.getSourceApplicationContext().start();

            assertThat(embedded.isRunning()).isTrue();
            assertThat(embedded.port()).isEqualTo(port);
            int held = locks.execute("k", handle -> embedded.view().holders("k").size());
            assertThat(held).isEqualTo(1);
        });
    }

    @Test
    void stoppedContextHasNoConnection() {
        runner.withPropertyValues("dflockd.servers=" + server.address()).run(context -> {
            context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {});
            assertThat(server.view().connections()).isNotEmpty();

            context.getSourceApplicationContext().stop();

            server.await(view -> view.connections().isEmpty(), Duration.ofSeconds(5));
        });
    }

    @Test
    void twentyRestartsLeaveNoThreadAndNoConnection() {
        Set<Thread> before = dflockdThreads();
        for (int i = 0; i < 20; i++) {
            runner.withPropertyValues("dflockd.embedded.enabled=true").run(context -> {
                context.getBean(LockTemplate.class).executeWithoutResult("k", handle -> {});
                assertThat(dflockdThreads()).isNotEmpty();
                assertThat(nonDaemons()).isEmpty();
            });
        }
        Awaitility.await().untilAsserted(() -> assertThat(before).containsAll(dflockdThreads()));
    }

    @Test
    void failedStartLeavesNoThread() {
        Set<Thread> before = dflockdThreads();
        runner.withPropertyValues("dflockd.embedded.enabled=true")
                .withBean("broken", String.class, () -> {
                    throw new IllegalStateException("broken");
                })
                .run(context -> assertThat(context).hasFailed());
        Awaitility.await().untilAsserted(() -> assertThat(before).containsAll(dflockdThreads()));
    }

    private static List<String> lines(CapturedOutput output, String text) {
        return output.toString()
                .lines()
                .filter(line -> line.contains("dflockd client") && line.contains(text))
                .toList();
    }

    private static Set<Thread> dflockdThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dflockd"))
                .collect(Collectors.toSet());
    }

    private static List<Thread> nonDaemons() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("dflockd") && !thread.isDaemon())
                .toList();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Made after the client, and so destroyed before it. */
    record LastMade(LockTemplate locks, CountDownLatch destroying) implements DisposableBean {

        @Override
        public void destroy() {
            destroying.countDown();
        }
    }

    record OlderThanTheClient(TaskExecutor executor) {}
}
