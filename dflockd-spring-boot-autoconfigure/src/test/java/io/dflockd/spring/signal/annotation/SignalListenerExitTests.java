package io.dflockd.spring.signal.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.signal.SignalTemplate;
import io.dflockd.spring.signal.config.SignalListenerEndpointRegistry;
import io.dflockd.spring.signal.listener.SignalListenerContainer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
            try (var context = new AnnotationConfigApplicationContext(Application.class, Listener.class)) {
                SignalListenerContainer container =
                        context.getBean(SignalListenerEndpointRegistry.class).getListenerContainer("c");
                container.ready().get(10, TimeUnit.SECONDS);
                new SignalTemplate(context.getBean(DflockdClient.class)).send("c", "x");
                System.out.println("received " + received.await(10, TimeUnit.SECONDS));
            }
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
        File output = directory.resolve("output").toFile();
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Application.class.getName(),
                            server.address())
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            try {
                assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(output).content(StandardCharsets.UTF_8).contains("received true", "closed 0");
            assertThat(process.exitValue()).isZero();
        }
    }
}
