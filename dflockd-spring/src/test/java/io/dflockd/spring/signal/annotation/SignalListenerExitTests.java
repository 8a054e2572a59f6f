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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A JVM lives as long as its containers run, and no longer. */
@Timeout(120)
class SignalListenerExitTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    static class Client {

        static String server = "";

        @Bean(destroyMethod = "close")
        DflockdClient dflockdClient() {
            return DflockdClient.builder().servers(server).build();
        }
    }

    /** Closes its context at the end of {@code main}. */
    static class Application {

        public static void main(String[] args) throws Exception {
            Client.server = args[0];
            long closing;
            try (var context = new AnnotationConfigApplicationContext(Client.class, Listener.class)) {
                SignalListenerContainer container =
                        context.getBean(SignalListenerEndpointRegistry.class).getListenerContainer("c");
                container.ready().get(10, TimeUnit.SECONDS);
                new SignalTemplate(context.getBean(DflockdClient.class)).send("c", "x");
                System.out.println("received " + received.await(10, TimeUnit.SECONDS));
                closing = System.nanoTime();
            }
            System.out.println("close took less than 5 s: " + (System.nanoTime() - closing < 5_000_000_000L));
            List<Thread> leftBehind = new ArrayList<>();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                // A thread that all of the JVM shares would keep the class loader of the first application that starts
                // it.
                boolean shared = thread.getName().equals("CompletableFutureDelayScheduler");
                boolean ours = !thread.isDaemon() && thread.getName().startsWith("dflockd");
                if (ours) {
                    thread.join(5_000);
                }
                if (shared || ours && thread.isAlive()) {
                    leftBehind.add(thread);
                }
            }
            System.out.println("left behind " + leftBehind);
            System.out.println("closed");
        }
    }

    static final class Closing {

        private final ConfigurableApplicationContext context;

        Closing(ConfigurableApplicationContext context) {
            this.context = context;
        }

        @SignalListener("close")
        void listen(String payload) {
            System.out.println("got " + payload);
            context.close();
        }
    }

    /** Only listens. */
    static class ListenerApplication {

        public static void main(String[] args) {
            Client.server = args[0];
            new AnnotationConfigApplicationContext(Client.class, Closing.class);
            System.out.println("main is over");
        }
    }

    private Process start(Class<?> application, EmbeddedDflockdServer server) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        application.getName(),
                        server.address())
                .redirectErrorStream(true)
                .redirectOutput(output().toFile())
                .start();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private void awaitLine(String line) {
        await().atMost(PATIENCE).until(() -> Files.readString(output()).lines().anyMatch(line::equals));
    }

    @Test
    void jvmEndsAfterTheContextWasClosed() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            Process process = start(Application.class, server);
            try {
                awaitLine("closed");
                assertThat(process.waitFor(10, TimeUnit.SECONDS))
                        .as("ended soon after the context was closed")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(output())
                    .content(StandardCharsets.UTF_8)
                    .contains("received true", "close took less than 5 s: true", "left behind []");
            assertThat(process.exitValue()).isZero();
        }
    }

    @Test
    void applicationThatOnlyListensLivesUntilItIsStopped() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start();
                DflockdClient sender =
                        DflockdClient.builder().servers(server.address()).build()) {
            Process process = start(ListenerApplication.class, server);
            try {
                awaitLine("main is over");
                await().atMost(PATIENCE).until(() -> sender.signals().emit("close", "hello") == 1);
                awaitLine("got hello");
                assertThat(process.waitFor(20, TimeUnit.SECONDS))
                        .as("ended after its listener was stopped")
                        .isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isZero();
        }
    }
}
