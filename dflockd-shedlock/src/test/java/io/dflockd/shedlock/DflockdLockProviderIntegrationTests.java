package io.dflockd.shedlock;

import static io.dflockd.shedlock.Fixture.SOON;
import static io.dflockd.shedlock.Fixture.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.DflockdClient;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.Fault;
import io.dflockd.embedded.FaultTarget;
import io.dflockd.embedded.InjectedFault;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import net.javacrumbs.shedlock.core.DefaultLockingTaskExecutor;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockExtender;
import net.javacrumbs.shedlock.core.LockingTaskExecutor;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.support.LockException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ShedLock's own tests do not ask. */
@Timeout(120)
class DflockdLockProviderIntegrationTests {

    private static final Duration HOUR = Duration.ofHours(1);

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    @Test
    void lockIsUnlockedAtTheServerWhenUnlockReturns() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        for (int i = 0; i < 20; i++) {
            SimpleLock lock = provider.lock(job("unlocked")).orElseThrow();
            assertThat(server.view().holders("shedlock:unlocked")).hasSize(1);
            lock.unlock();
            assertThat(server.view().holders()).isEmpty();
        }
        assertThat(fixture.warningsAbout("unlocked")).isEmpty();
    }

    // --- trouble with the server is never "busy"

    @Test
    void serverThatIsDownIsAnError() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider unconnected = fixture.provider(server);
        DflockdLockProvider connected = fixture.provider(server);
        connected.lock(job("a")).orElseThrow().unlock();
        server.kill();
        for (DflockdLockProvider provider : List.of(unconnected, connected)) {
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(LockException.class)
                        .isThrownBy(() -> provider.lock(job("a")))
                        .withMessageContaining("name='a'")
                        .withCauseInstanceOf(DflockdConnectionException.class);
            }
        }
        server.restart();
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> connected.lock(job("a")).isPresent());
    }

    @Test
    void serverThatDoesNotAnswerIsAnError() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.requestTimeout(Duration.ofSeconds(2)));
        DflockdLockProvider provider = DflockdLockProvider.builder(client).build();
        provider.lock(job("a")).orElseThrow().unlock();
        server.faults().inject(Fault.stall(), FaultTarget.command("l"));
        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> provider.lock(job("a")))
                .withCauseInstanceOf(DflockdConnectionException.class);
    }

    @Test
    void serverThatIsFullIsAnError() throws Exception {
        EmbeddedDflockdServer server = fixture.server(settings -> settings.maxLocks(1));
        DflockdLockProvider provider = fixture.provider(server);
        SimpleLock first = provider.lock(job("a")).orElseThrow();
        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> provider.lock(job("b")))
                .withCauseInstanceOf(LockRejectedException.class);
        assertThat(provider.lock(job("a"))).as("this one is busy").isEmpty();
        first.unlock();
    }

    @Test
    void clientThatIsClosedIsAnError() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server);
        client.close();
        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> DflockdLockProvider.builder(client).build().lock(job("a")))
                .withCauseInstanceOf(ClientClosedException.class);
    }

    @ParameterizedTest
    @MethodSource
    void configurationThatCannotBeUsedIsAnError(Duration atMost, Duration atLeast, String message) throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> provider.lock(job("a", atMost, atLeast)))
                .withMessageContaining(message)
                .withMessageContaining("lockAtMostFor=" + atMost);
        SimpleLock lock = provider.lock(job("a")).orElseThrow();
        assertThatExceptionOfType(LockException.class)
                .isThrownBy(() -> lock.extend(atMost, atLeast))
                .withMessageContaining(message);
        assertThat(server.view().holders("shedlock:a")).hasSize(1);
        lock.unlock();
        assertThat(server.view().holders()).isEmpty();
    }

    static Stream<Arguments> configurationThatCannotBeUsedIsAnError() {
        return Stream.of(
                Arguments.of(Duration.ZERO, Duration.ZERO, "holdAtMost is PT0S"),
                Arguments.of(Duration.ofDays(400), Duration.ZERO, "holdAtMost PT9600H is too long"),
                Arguments.of(HOUR, Duration.ofSeconds(-1), "holdAtLeast is PT-1S"));
    }

    // --- lost while a task runs

    @Test
    void lossIsLoggedAndUnlockDoesNotThrow() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        SimpleLock lock = provider.lock(job("nightly report")).orElseThrow();
        server.faults().cut(server.view().holders().get(0).connectionId());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(fixture.warningsAbout("nightly report"))
                        .singleElement()
                        .asString()
                        .contains("'nightly report'", "CONNECTION_LOST"));
        lock.unlock();
        assertThat(fixture.warningsAbout("nightly report")).hasSize(1);
        assertThat(fixture.provider(server).lock(job("nightly report"))).isPresent();
    }

    @Test
    void unlockThatTheServerDoesNotConfirmIsLogged() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.requestTimeout(Duration.ofSeconds(2)));
        SimpleLock lock = DflockdLockProvider.builder(client)
                .build()
                .lock(job("unconfirmed"))
                .orElseThrow();
        server.faults().inject(Fault.stall(), FaultTarget.command("r"));
        lock.unlock();
        assertThat(fixture.warningsAbout("unconfirmed"))
                .singleElement()
                .asString()
                .contains("did not confirm", "'unconfirmed'");
    }

    /** ShedLock unlocks after a failed extension; that must not hide what the task threw. */
    @Test
    void extensionOfALostLockFailsTheTaskWithItsOwnException() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        LockingTaskExecutor executor = new DefaultLockingTaskExecutor(provider);
        assertThatExceptionOfType(LockExtender.LockExtensionException.class)
                .isThrownBy(() -> executor.executeWithLock(
                        (Runnable) () -> {
                            server.faults().expireNow("shedlock:a");
                            LockExtender.extendActiveLock(HOUR, Duration.ZERO);
                        },
                        job("a")));
        assertThat(server.view().holders()).isEmpty();
    }

    @Test
    void taskThatRunsTooLongIsLoggedAndAnotherNodeMayRunIt() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider other = fixture.provider(server);
        other.lock(job("before")).orElseThrow().unlock();
        SimpleLock lock = fixture.provider(server)
                .lock(job("too-long", Duration.ofSeconds(2), Duration.ZERO))
                .orElseThrow();
        assertThat(other.lock(job("too-long"))).isEmpty();
        await().atMost(SOON).until(() -> other.lock(job("too-long")).isPresent());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(fixture.warningsAbout("too-long"))
                        .singleElement()
                        .asString()
                        .contains("'too-long'", "longer than its lockAtMostFor"));
        lock.unlock();
        assertThat(server.view().holders("shedlock:too-long"))
                .as("that of the other")
                .hasSize(1);
    }

    @Test
    void maximumTimeMayBeIgnored() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.holdAtMost(Duration.ofMillis(300)));
        DflockdLockProvider provider =
                DflockdLockProvider.builder(client).atMost(AtMostPolicy.IGNORE).build();
        SimpleLock lock = provider.lock(job("at-most-ignored", Duration.ofMillis(100), Duration.ZERO))
                .orElseThrow();
        lock = lock.extend(Duration.ofMillis(100), Duration.ZERO).orElseThrow();
        await().during(Duration.ofMillis(800))
                .atMost(SOON)
                .until(() -> server.view().holders().size() == 1);
        lock.unlock();
        assertThat(server.view().holders()).isEmpty();
        assertThat(fixture.warningsAbout("at-most-ignored")).isEmpty();
    }

    @Test
    void lockThatItsCallerForgotIsHeldUntilItsMaximumTime() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.lease(Duration.ofSeconds(2)));
        DflockdLockProvider provider = DflockdLockProvider.builder(client).build();
        Duration atMost = Duration.ofSeconds(5);
        long start = System.nanoTime();
        assertThat(provider.lock(job("a", atMost, Duration.ZERO))).isPresent();
        await().pollInterval(Duration.ofMillis(500)).atMost(SOON).until(() -> {
            System.gc();
            return server.view().holders().isEmpty();
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(atMost);
        assertThat(client.snapshot().held()).isEmpty();
    }

    // --- minimum time

    @Test
    void minimumTimeDoesNotDelayUnlockOrAClose() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server, settings -> settings.holdAtLeastOnClose(Duration.ofMillis(200)));
        DflockdLockProvider provider = DflockdLockProvider.builder(client).build();
        long start = System.nanoTime();
        provider.lock(job("minimum", HOUR, HOUR)).orElseThrow().unlock();
        assertThat(fixture.provider(server).lock(job("minimum"))).isEmpty();
        client.close(Duration.ofSeconds(60));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        server.await(view -> view.holders().isEmpty(), SOON);
        assertThat(fixture.warningsAbout("minimum")).isEmpty();
    }

    @Test
    void minimumTimeOfTheClientDoesNotCount() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client =
                fixture.client(server, settings -> settings.holdAtLeast(HOUR).holdAtLeastOnClose(Duration.ZERO));
        DflockdLockProvider provider = DflockdLockProvider.builder(client).build();
        provider.lock(job("a", Duration.ofSeconds(30), Duration.ZERO))
                .orElseThrow()
                .unlock();
        assertThat(server.view().holders()).isEmpty();
    }

    /** The clock of the node says something else, or was set between the creation of the configuration and the lock. */
    @ParameterizedTest
    @ValueSource(longs = {-3_600, 3_600})
    void wallClockDoesNotCount(long offset) throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        LockConfiguration configuration = new LockConfiguration(
                Instant.now().plusSeconds(offset), "a", Duration.ofSeconds(1), Duration.ofMillis(500));
        long start = System.nanoTime();
        provider.lock(configuration).orElseThrow().unlock();
        assertThat(server.view().holders("shedlock:a")).hasSize(1);
        server.await(view -> view.holders().isEmpty(), SOON);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(500));
    }

    // --- the end of the process

    @Test
    void lockOfAProcessThatIsKilledIsFreeAtOnce() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Node.class.getName(),
                        server.address())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.lines().anyMatch("locked"::equals)).isTrue();
            DflockdLockProvider provider = fixture.provider(server);
            assertThat(provider.lock(job("running"))).isEmpty();
            assertThat(provider.lock(job("kept"))).isEmpty();
            node.destroyForcibly();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> provider.lock(job("running")).isPresent()
                            && provider.lock(job("kept")).isPresent());
        } finally {
            node.destroyForcibly();
        }
    }

    /** Has a lock, and another one whose minimum time is not over. */
    static final class Node {

        private Node() {}

        public static void main(String[] arguments) throws Exception {
            DflockdClient client = DflockdClient.builder().servers(arguments[0]).build();
            DflockdLockProvider provider = DflockdLockProvider.builder(client).build();
            SimpleLock running = provider.lock(job("running", HOUR, HOUR)).orElseThrow();
            provider.lock(job("kept", HOUR, HOUR)).orElseThrow().unlock();
            System.out.println("locked");
            Thread.sleep(Duration.ofMinutes(2).toMillis());
            running.unlock();
        }
    }

    // --- threads

    @Test
    void interruptKeepsItsFlagAndNothingIsHeld() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        SimpleLock held = provider.lock(job("held")).orElseThrow();
        for (Runnable action :
                List.<Runnable>of(() -> provider.lock(job("a")), () -> held.extend(HOUR, Duration.ZERO))) {
            InjectedFault silent = server.faults().inject(Fault.stall(), FaultTarget.command("l", "n"));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicReference<Boolean> flag = new AtomicReference<>();
            Thread thread = new Thread(() -> {
                try {
                    action.run();
                } catch (Throwable ex) {
                    thrown.set(ex);
                }
                flag.set(Thread.currentThread().isInterrupted());
            });
            thread.start();
            silent.awaitHits(1, SOON);
            thread.interrupt();
            thread.join(SOON.toMillis());
            assertThat(thrown.get())
                    .isInstanceOf(LockException.class)
                    .hasMessageContaining("interrupted")
                    .hasCauseInstanceOf(InterruptedException.class);
            assertThat(flag).hasValue(true);
            silent.remove();
        }
        server.await(view -> view.holders("shedlock:a").isEmpty(), SOON);
        held.unlock();
        server.await(view -> view.holders().isEmpty(), SOON);
    }

    @Test
    void unlockOfAnInterruptedThreadKeepsItsFlag() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        SimpleLock lock = fixture.provider(server).lock(job("a")).orElseThrow();
        Thread.currentThread().interrupt();
        lock.unlock();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.view().holders()).isEmpty();
    }

    @Test
    void virtualThreadsExcludeEachOther() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "no virtual threads");
        DflockdLockProvider provider = fixture.provider(fixture.server());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            List<Future<Void>> tasks = Stream.generate(() -> threads.<Void>submit(() -> {
                        start.await();
                        LockingTaskExecutor executor = new DefaultLockingTaskExecutor(provider);
                        for (int i = 0; i < 10; i++) {
                            executor.executeWithLock(
                                    (Runnable) () -> {
                                        assertThat(inside.incrementAndGet()).isEqualTo(1);
                                        runs.incrementAndGet();
                                        inside.decrementAndGet();
                                    },
                                    job("a"));
                        }
                        return null;
                    }))
                    .limit(50)
                    .toList();
            start.countDown();
            for (Future<Void> task : tasks) {
                task.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(runs).hasPositiveValue();
    }

    // --- used once

    @Test
    void lockIsUsedOnceButAFailedExtensionIsNoUse() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdLockProvider provider = fixture.provider(server);
        SimpleLock lock = provider.lock(job("a")).orElseThrow();
        assertThatIllegalArgumentException().isThrownBy(() -> lock.extend(Duration.ofSeconds(1), HOUR));
        SimpleLock extended = lock.extend(HOUR, Duration.ZERO).orElseThrow();
        assertThatIllegalStateException().isThrownBy(lock::unlock).withMessageContaining("'a'");
        assertThatIllegalStateException().isThrownBy(() -> lock.extend(HOUR, Duration.ZERO));
        extended.unlock();
        assertThatIllegalStateException().isThrownBy(extended::unlock);
    }

    // --- names

    @ParameterizedTest
    @ValueSource(
            strings = {"nightly report", "a\tb", "a\r\nb", "100%", "%20", "ä€😀", " ", "\u00a0\u2003", "a:b", "\u0000"})
    void namesMayBeAnything(String name) throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        locksAlone(server, name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "€", " ", "😀", "%"})
    void namesMayBeLong(String character) throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        for (int bytes : new int[] {247, 248, 300, 5_000}) {
            String name = character.repeat(bytes / character.getBytes(StandardCharsets.UTF_8).length);
            locksAlone(server, name);
        }
    }

    /** It can be locked, excludes itself and nothing else. */
    private void locksAlone(EmbeddedDflockdServer server, String name) {
        DflockdLockProvider provider = fixture.provider(server);
        SimpleLock lock = provider.lock(job(name)).orElseThrow();
        assertThat(provider.lock(job(name))).isEmpty();
        SimpleLock longer = provider.lock(job(name + "x")).orElseThrow();
        assertThat(server.view().holders())
                .hasSize(2)
                .allMatch(holder -> holder.key().startsWith("shedlock:"));
        longer.unlock();
        lock.unlock();
    }

    @Test
    void nameThatIsNoTextIsAnError() throws Exception {
        DflockdLockProvider provider = fixture.provider(fixture.server());
        for (String name : List.of("\ud800", "\ud800".repeat(300))) {
            assertThatExceptionOfType(LockException.class)
                    .isThrownBy(() -> provider.lock(job(name)))
                    .withCauseInstanceOf(InvalidArgumentException.class)
                    .withMessageContaining("surrogate");
        }
    }

    @Test
    void prefixMayBeChosen() throws Exception {
        EmbeddedDflockdServer server = fixture.server();
        DflockdClient client = fixture.client(server);
        for (String prefix : List.of("", "jobs/", "p".repeat(100))) {
            DflockdLockProvider provider =
                    DflockdLockProvider.builder(client).keyPrefix(prefix).build();
            SimpleLock lock = provider.lock(job("a")).orElseThrow();
            assertThat(server.view().holders(prefix + "a")).hasSize(1);
            lock.unlock();
            provider.lock(job("b".repeat(300))).orElseThrow().unlock();
        }
        for (String prefix : List.of("a b", "p".repeat(101), "a\n")) {
            assertThatExceptionOfType(InvalidArgumentException.class)
                    .isThrownBy(() -> DflockdLockProvider.builder(client).keyPrefix(prefix));
        }
    }
}
