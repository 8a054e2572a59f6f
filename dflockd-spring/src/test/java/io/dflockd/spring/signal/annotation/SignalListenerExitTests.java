package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.config.EnableSignalListeners;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A JVM whose context was closed ends, and leaves no thread of ours behind that would keep it. */
@Timeout(60)
class SignalListenerExitTests {

    private static final CountDownLatch received = new CountDownLatch(1);

    @TempDir
    Path directory;

    static final class Listener {

        @SignalListener(id = "c", value = "c")
        void listen(String payload) {
            received.countDown();
        }
    }

    @Configuration
    @EnableSignalListeners
    static class Application {

        static String server = "";

        public static void main(String[] args) throws Exception {
            server = args[0];
            long closing;
            try (var context = new AnnotationConfigApplicationContext(Application.class, Listener.class)) {
                SignalListenerContainer container =
                        context.getBean(SignalListenerEndpointRegistry.class).getListenerContainer("c");
                container.ready().get(10, TimeUnit.SECONDS);
                new SignalTemplate(context.getBean(DflockdClient.class)).send("c", "x");
                System.out.println("received " + received.await(10, TimeUnit.SECONDS));
                closing = System.nanoTime();
            }
            System.out.println("close took less than 5 s: " + (System.nanoTime() - closing < 5_000_000_000L));
            long ours = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !thread.isDaemon() && thread.getName().startsWith("dflockd"))
                    .count();
            System.out.println("closed " + ours);
        }

        @Bean(destroyMethod = "close")
        DflockdClient dflockdClient() {
            return DflockdClient.builder().servers(server).build();
        }
    }

    @Test
    void jvmEndsAfterTheContextWasClosed() throws Exception {
        Path output = directory.resolve("output");
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Application.class.getName(),
                            server.address())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> Files.readString(output).lines().anyMatch(line -> line.startsWith("closed ")));
                assertThat(process.waitFor(5, TimeUnit.SECONDS))
                        .as("ended soon after the context was closed")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(output)
                    .content(StandardCharsets.UTF_8)
                    .contains("received true", "close took less than 5 s: true", "closed 0");
            assertThat(process.exitValue()).isZero();
        }
    }
}
