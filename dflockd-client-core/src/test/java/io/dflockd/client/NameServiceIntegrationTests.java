package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.TestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Name services that are slow or do not know a name yet. The JDK looks names up in a file in these JVMs; a named pipe
 * that nobody writes to is a name service that never answers.
 */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class NameServiceIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @TempDir
    private Path directory;

    private ChildJvm start(Class<?> main, Path hosts, String... arguments) throws Exception {
        return ChildJvm.start(main, List.of("-Xmx96m", "-Djdk.net.hosts.file=" + hosts), arguments);
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /** Uses two servers, of which one has a name that is never found. */
    static final class TwoServers {

        public static void main(String[] args) throws Exception {
            DflockdClient client = DflockdClient.builder()
                    .servers("silent.test:6388", args[0])
                    .sharding((key, count) -> key.startsWith("silent") ? 0 : 1)
                    .authToken("t")
                    .requestTimeout(Duration.ofSeconds(2))
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
            LockHandle held = client.lock("busy").acquire();
            List<CompletableFuture<QueuedAcquisition>> places = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                places.add(client.lock("silent" + i).enqueueAsync());
            }
            CompletableFuture<String> stats = client.statsAsync(client.servers().get(1))
                    .handle((read, failure) -> failure == null ? "read" : "failed")
                    .completeOnTimeout("not completed", 5, TimeUnit.SECONDS);
            say("stats " + stats.get());
            CompletableFuture<Optional<LockHandle>> waiting =
                    client.lock("busy").tryAcquireAsync(Duration.ofSeconds(5));
            TimeUnit.MILLISECONDS.sleep(500);
            held.release();
            say("waiter "
                    + waiting.handle((handle, failure) -> failure == null && handle.isPresent() ? "granted" : "failed")
                            .completeOnTimeout("not completed", 6, TimeUnit.SECONDS)
                            .get());
            CompletableFuture<?> all = CompletableFuture.allOf(places.toArray(CompletableFuture[]::new));
            say("places "
                    + all.handle((none, failure) -> "ended")
                            .completeOnTimeout("not ended", 5, TimeUnit.SECONDS)
                            .get());
            // Threads that sit in a look-up must not keep the JVM.
            System.exit(0);
        }
    }

    @Test
    void nameServiceThatIsSilentAboutOneServerCostsTheOtherNothing() throws Exception {
        TestServer server = servers.start(settings -> settings.authToken("t"));
        servers.mayLeaveTraces();
        Path silent = directory.resolve("silent");
        assertThat(new ProcessBuilder("mkfifo", silent.toString()).start().waitFor())
                .isZero();
        ChildJvm child = start(TwoServers.class, silent, server.address());
        try {
            assertThat(child.linesUntilEnd(Duration.ofSeconds(30)))
                    .filteredOn(line -> !line.contains("WARN"))
                    .containsExactly("stats read", "waiter granted", "places ended");
        } finally {
            child.kill();
        }
    }

    /** Wants a lock on a server whose name is known only after a while. */
    static final class LateName {

        public static void main(String[] args) throws Exception {
            // The JDK would not look again for ten seconds.
            Security.setProperty("networkaddress.cache.negative.ttl", "0");
            AtomicBoolean told = new AtomicBoolean();
            try (DflockdClient client = DflockdClient.builder()
                    .servers("late.test:" + args[0])
                    .listener(new DflockdClientListener() {
                        @Override
                        public void connectFailed(ServerAddress server, DflockdException cause) {
                            if (told.compareAndSet(false, true)) {
                                say("looked up in vain");
                            }
                        }
                    })
                    .build()) {
                try {
                    client.lock("k")
                            .withAcquireTimeout(Duration.ofSeconds(12))
                            .acquire()
                            .close();
                    say("granted");
                } catch (DflockdException ex) {
                    say("failed " + ex);
                }
            }
        }
    }

    @Test
    void nameThatIsKnownAfterAWhileIsWaitedFor() throws Exception {
        TestServer server = servers.start();
        Path hosts = directory.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost\n", StandardCharsets.UTF_8);
        ChildJvm child = start(LateName.class, hosts, Integer.toString(server.port()));
        try {
            await().atMost(SOON).until(() -> "looked up in vain".equals(child.line()));
            Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 late.test\n", StandardCharsets.UTF_8);
            assertThat(child.linesUntilEnd(Duration.ofSeconds(20)))
                    .filteredOn(line -> !line.contains("WARN"))
                    .containsExactly("granted");
        } finally {
            child.kill();
        }
    }

    @Test
    void nameThatIsNeverKnownFailsWhenTheTimeIsOver() throws Exception {
        servers.start();
        Path hosts = directory.resolve("hosts");
        Files.writeString(hosts, "127.0.0.1 localhost\n", StandardCharsets.UTF_8);
        ChildJvm child = start(LateName.class, hosts, "6388");
        try {
            assertThat(child.linesUntilEnd(Duration.ofSeconds(30)))
                    .last()
                    .asString()
                    .startsWith("failed ")
                    .contains("UnknownServerHostException", "late.test");
        } finally {
            child.kill();
        }
    }
}
