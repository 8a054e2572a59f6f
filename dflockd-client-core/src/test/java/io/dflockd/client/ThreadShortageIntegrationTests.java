package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.ServerWithSignals;
import io.dflockd.client.testserver.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * JVMs that cannot create a thread for a while, as in a container with a limit of processes. Nothing is lost: the work is
 * done when there are threads again. The children run out of address space for the stacks.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
@Execution(ExecutionMode.CONCURRENT)
class ThreadShortageIntegrationTests {

    private static final long KILOBYTES = 6_000_000;

    private static final String SAID = "- ";

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private TestServer server;

    private ChildJvm child;

    /** The lines of the child, up to its last one. */
    private List<String> said() throws InterruptedException {
        return child.linesUntilEnd(Duration.ofSeconds(40)).stream()
                .filter(line -> line.startsWith(SAID))
                .map(line -> line.substring(SAID.length()))
                .toList();
    }

    private void start(Class<?> main) throws Exception {
        server = servers.start(settings -> settings.authToken("t"));
        servers.mayLeaveTraces();
        child = ChildJvm.startWithin(
                KILOBYTES,
                main,
                List.of(
                        "-Xss256m",
                        "-Xmx64m",
                        "-XX:ReservedCodeCacheSize=32m",
                        "-XX:CompressedClassSpaceSize=64m",
                        "-XX:-UseDynamicNumberOfCompilerThreads"),
                server.address());
    }

    private void awaitSaid(String expected) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String line = child.line();
            if (line.equals(SAID + expected)) {
                return;
            }
            seen.add(line);
            Assumptions.assumeFalse(line.contains("ulimit"), "no limit of the address space here");
        }
        throw new AssertionError("'" + expected + "' was not said, but " + seen);
    }

    @AfterEach
    void end() {
        if (child != null) {
            child.kill();
        }
    }

    // --- in the child

    /** Takes all threads that the JVM can have. */
    private static final class Shortage implements AutoCloseable {

        private static final long MEGABYTE = 1 << 20;

        private final CountDownLatch over = new CountDownLatch(1);

        private final List<Thread> hogs = new ArrayList<>();

        Shortage() {
            while (start(256 * MEGABYTE)) {
                // There is room for more.
            }
            for (int i = 0; i < 3; i++) {
                while (start(16 * MEGABYTE)) {
                    // There is room for more.
                }
            }
            if (start(256 * MEGABYTE)) {
                throw new IllegalStateException("there is no shortage");
            }
        }

        private boolean start(long stack) {
            Thread hog = new Thread(null, this::park, "hog", stack);
            hog.setDaemon(true);
            try {
                hog.start();
            } catch (OutOfMemoryError ex) {
                return false;
            }
            hogs.add(hog);
            return hogs.size() < 1000;
        }

        private void park() {
            try {
                over.await();
            } catch (InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws InterruptedException {
            over.countDown();
            for (Thread hog : hogs) {
                hog.join();
            }
        }
    }

    private static DflockdClientBuilder settings(String[] args) {
        return DflockdClient.builder()
                .servers(args[0])
                .authToken("t")
                .connectTimeout(Duration.ofSeconds(2))
                .requestTimeout(Duration.ofSeconds(1));
    }

    private static void say(Object text) {
        System.out.println(SAID + text);
    }

    private static boolean within(int seconds, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            if (end - System.nanoTime() < 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    private static String outcome(CompletableFuture<?> future, int seconds) throws Exception {
        return future.handle((value, failure) -> failure == null ? "done" : "failed")
                .completeOnTimeout("not completed", seconds, TimeUnit.SECONDS)
                .get();
    }

    // --- futures

    static final class Grants {

        public static void main(String[] args) throws Exception {
            DflockdClient client = settings(args).build();
            LockHandle held = client.lock("held").acquire();
            List<CompletableFuture<LockHandle>> asked = new ArrayList<>();
            CompletableFuture<Boolean> released;
            LockHandle other = client.lock("other").acquire();
            try (Shortage shortage = new Shortage()) {
                for (int i = 0; i < 5; i++) {
                    asked.add(client.lock("k" + i).acquireAsync());
                }
                released = other.releaseAsync();
                TimeUnit.SECONDS.sleep(1);
                say("session kept " + held.isHeld());
                say("blocking verbs work " + client.lock("blocking").acquire().release());
            }
            for (CompletableFuture<LockHandle> one : asked) {
                say("asked " + outcome(one, 5));
            }
            say("released " + outcome(released, 5));
            say("handles held "
                    + asked.stream().allMatch(one -> one.isDone() && one.join().isHeld()));
            say("again " + outcome(client.lock("again").acquireAsync(), 5));
            say("session kept " + held.isHeld());
            System.exit(0);
        }
    }

    @Test
    void grantsAreHandedOutWhenThereAreThreadsAgain() throws Exception {
        start(Grants.class);
        assertThat(said())
                .containsExactly(
                        "session kept true",
                        "blocking verbs work true",
                        "asked done",
                        "asked done",
                        "asked done",
                        "asked done",
                        "asked done",
                        "released done",
                        "handles held true",
                        "again done",
                        "session kept true");
    }

    static final class Places {

        public static void main(String[] args) throws Exception {
            DflockdClient client = settings(args).build();
            LockHandle held = client.lock("held").acquire();
            // Its connection is used again.
            client.lock("place").enqueue().close();
            CompletableFuture<QueuedAcquisition> place;
            CompletableFuture<ServerStats> stats;
            CompletableFuture<Long> emitted;
            try (Shortage shortage = new Shortage()) {
                place = client.lock("place").enqueueAsync();
                stats = client.statsAsync(client.servers().get(0));
                emitted = client.signals().emitAsync("c", "x");
                TimeUnit.SECONDS.sleep(1);
                say("session kept " + held.isHeld());
            }
            boolean completed = within(5, () -> place.isDone() && stats.isDone() && emitted.isDone());
            say("completed " + completed);
            say("stats " + outcome(client.statsAsync(client.servers().get(0)), 5));
            say("emit " + outcome(client.signals().emitAsync("c", "x"), 5));
            say("enqueue " + outcome(client.lock("next").enqueueAsync(), 5));
            say("session kept " + held.isHeld());
            System.exit(0);
        }
    }

    @Test
    @ServerWithSignals
    void everyFutureEndsAndTheNextOnesWork() throws Exception {
        start(Places.class);
        assertThat(said())
                .containsExactly(
                        "session kept true",
                        "completed true",
                        "stats done",
                        "emit done",
                        "enqueue done",
                        "session kept true");
    }

    // --- losses and events

    static final class Losses {

        public static void main(String[] args) throws Exception {
            Events events = new Events();
            DflockdClient client = settings(args).listener(events).build();
            AtomicInteger told = new AtomicInteger();
            List<LockHandle> handles = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                handles.add(client.lock("k" + i).acquire().onLost((handle, reason) -> told.incrementAndGet()));
            }
            // The thread of the events ends after a while.
            say("ready "
                    + within(
                            20,
                            () -> events.count("acquired") == 3
                                    && ClientThreadNames.names().stream().noneMatch(name -> name.contains("event"))));
            try (Shortage shortage = new Shortage()) {
                say("cut");
                say("noticed " + within(10, () -> handles.stream().noneMatch(LockHandle::isHeld)));
                TimeUnit.MILLISECONDS.sleep(500);
            }
            say("told " + within(5, () -> told.get() == 3));
            say("told once " + (told.get() == 3));
            say("events of losses " + within(5, () -> events.count("lost") == 3));
            client.lock("later").acquire().release();
            say("events go on " + within(5, () -> events.count("released later") == 1));
            System.exit(0);
        }
    }

    @Test
    void everyLossIsToldOnceAndEventsGoOn() throws Exception {
        start(Losses.class);
        awaitSaid("cut");
        server.faults().cut(server.view().holders("k0").get(0).connectionId());
        assertThat(said())
                .containsExactly(
                        "noticed true", "told true", "told once true", "events of losses true", "events go on true");
    }

    static final class SignalsAndClose {

        public static void main(String[] args) throws Exception {
            DflockdClient client = settings(args).build();
            DflockdClient emitter = settings(args).build();
            AtomicInteger received = new AtomicInteger();
            client.signals()
                    .subscribe("c", signal -> received.incrementAndGet())
                    .ready()
                    .get(10, TimeUnit.SECONDS);
            emitter.signals().emit("c", "first");
            say("ready "
                    + within(
                            20,
                            () -> received.get() == 1
                                    && ClientThreadNames.names().stream().noneMatch(name -> name.contains("signal"))));
            LockHandle held = client.lock("held").acquire();
            try (Shortage shortage = new Shortage()) {
                say("emitted " + emitter.signals().emit("c", "second"));
                TimeUnit.MILLISECONDS.sleep(500);
                long begin = System.nanoTime();
                emitter.close();
                say("closed soon " + (TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) < 10));
            }
            say("handled " + within(5, () -> received.get() == 2));
            DflockdClient other = settings(args).build();
            other.signals().emit("c", "third");
            say("goes on " + within(5, () -> received.get() == 3));
            say("held " + held.isHeld());
            System.exit(0);
        }
    }

    @Test
    @ServerWithSignals
    void signalsAreHandledWhenThereAreThreadsAgain() throws Exception {
        start(SignalsAndClose.class);
        assertThat(said())
                .containsExactly(
                        "ready true", "emitted 1", "closed soon true", "handled true", "goes on true", "held true");
    }

    static final class Dials {

        public static void main(String[] args) throws Exception {
            DflockdClient client = settings(args).build();
            LockHandle held = client.lock("held").acquire();
            CompletableFuture<LockHandle> waiting;
            DflockdClient other = settings(args).build();
            say("ready "
                    + within(
                            20, () -> ClientThreadNames.names().stream().noneMatch(name -> name.contains("blocking"))));
            try (Shortage shortage = new Shortage()) {
                // It needs a connection of its own, and a thread to ask for the token.
                waiting = client.lock("held")
                        .withAcquireTimeout(Duration.ofSeconds(20))
                        .acquireAsync();
                TimeUnit.SECONDS.sleep(1);
                say("session kept " + held.isHeld());
                say("still waits " + !waiting.isDone());
                try {
                    other.lock("x").tryAcquire();
                    say("first use returned");
                } catch (DflockdException | OutOfMemoryError ex) {
                    say("first use failed");
                }
            }
            say("session kept " + held.release());
            say("granted " + outcome(waiting, 10));
            say("first use again " + other.lock("x").tryAcquire().isPresent());
            System.exit(0);
        }
    }

    @Test
    void dialsAreRepeatedWhenThereAreThreadsAgain() throws Exception {
        start(Dials.class);
        assertThat(said())
                .containsExactly(
                        "ready true",
                        "session kept true",
                        "still waits true",
                        "first use failed",
                        "session kept true",
                        "granted done",
                        "first use again true");
    }
}
