package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.testserver.ServerWithSignals;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions do not keep a JVM alive, closed or not. */
@Timeout(60)
@ServerWithSignals
class SignalExitIntegrationTests {

    @RegisterExtension
    final TestServers servers = new TestServers();

    @TempDir
    Path directory;

    /** Listens, gets a signal, and returns from main without closing anything. */
    static final class Forgetful {

        public static void main(String[] args) throws Exception {
            CountDownLatch received = new CountDownLatch(2);
            DflockdClient client = DflockdClient.builder().servers(args[0]).build();
            SignalSubscription plain = client.signals().subscribe("c", signal -> received.countDown());
            SignalSubscription grouped = client.signals().subscribe("c", "g", signal -> received.countDown());
            SignalStream stream = client.signals().stream("c");
            plain.ready().get(10, TimeUnit.SECONDS);
            grouped.ready().get(10, TimeUnit.SECONDS);
            stream.subscription().ready().get(10, TimeUnit.SECONDS);
            client.signals().emit("c", "x");
            if (received.await(10, TimeUnit.SECONDS)) {
                System.out.println("received " + stream.take().isPresent());
            }
            System.out.println("main returns");
        }
    }

    @Test
    void jvmEndsWithMain() throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Forgetful.class.getName(),
                        servers.address())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            await().atMost(SOON).until(() -> Files.readString(output).contains("main returns"));
            assertThat(process.waitFor(10, TimeUnit.SECONDS))
                    .as("ended soon after main")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(output).content(StandardCharsets.UTF_8).contains("received true");
        assertThat(process.exitValue()).isZero();
    }
}
