package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that has as many files open as it may: it cannot connect, and can again when files are closed. */
@Timeout(120)
class DescriptorShortageIntegrationTests {

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @Test
    void clientConnectsWhenThereAreDescriptorsAgain() throws Exception {
        Process child = new ProcessBuilder(
                        "bash",
                        "-c",
                        "ulimit -n 200; exec \"$@\"",
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Shortage.class.getName(),
                        servers.start().address())
                .redirectErrorStream(true)
                .start();
        try (InputStream output = child.getInputStream()) {
            assertThat(child.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(new String(output.readAllBytes())).contains("failed in time", "held true");
        } finally {
            child.destroyForcibly();
        }
    }

    static final class Shortage {

        public static void main(String[] args) throws Exception {
            try (DflockdClient warmUp = DflockdClient.builder().servers(args[0]).build()) {
                warmUp.lock("warm-up").acquire().close();
            }
            // Loading a class needs a descriptor too: those of a failure are loaded by one.
            try (DflockdClient failing =
                    DflockdClient.builder().servers("127.0.0.1:1").build()) {
                failing.lock("warm-up").tryAcquire();
            } catch (DflockdException ex) {
                System.out.println("warm");
            }
            DflockdClient client = DflockdClient.builder()
                    .servers(args[0])
                    .connectTimeout(Duration.ofSeconds(10))
                    .build();
            client.lock("k");
            client.snapshot();
            List<InputStream> open = new ArrayList<>();
            try {
                while (true) {
                    open.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException ex) {
                System.out.println("no descriptors: " + ex.getMessage());
            }
            long start = System.nanoTime();
            try {
                client.lock("k").tryAcquire();
            } catch (DflockdException ex) {
                System.out.println(System.nanoTime() - start < 8_000_000_000L ? "failed in time" : "failed late");
            }
            for (InputStream each : open) {
                each.close();
            }
            LockHandle handle = client.lock("k").acquire();
            System.out.println("held " + handle.isHeld());
            System.exit(0);
        }
    }
}
