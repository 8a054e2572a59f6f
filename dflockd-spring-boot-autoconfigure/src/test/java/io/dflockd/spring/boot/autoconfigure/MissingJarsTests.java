package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.leader.LeaderOnly;
import io.dflockd.spring.leader.LeaderRoles;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.signal.annotation.SignalListener;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** JVMs whose class path really lacks what is optional: each jar alone, and all of them, as with the bare starter. */
@Timeout(120)
class MissingJarsTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dflockd-embedded-server",
                "spring-boot-health",
                "spring-boot-actuator",
                "spring-boot-actuator-autoconfigure",
                "micrometer-core",
                "spring-boot-micrometer",
                "spring-boot-testcontainers,testcontainers",
                "spring-boot-docker-compose",
                "spring-messaging",
                "spring-tx,spring-boot-transaction",
                "jackson",
                "shedlock-core",
                "dflockd-shedlock,shedlock-core",
                "spring-integration-core",
                "reactor,reactive-streams",
                "dflockd-embedded,spring-boot-health,spring-boot-actuator,micrometer-core,spring-boot-micrometer,"
                        + "spring-boot-testcontainers,testcontainers,spring-boot-docker,spring-messaging,spring-tx,"
                        + "dflockd-shedlock,shedlock-core,spring-integration-core,"
                        + "spring-boot-transaction,jackson,reactor,reactive-streams,spring-test,"
                        + "spring-boot-test,spring-boot-starter-test,mockito,assertj,junit"
            })
    void applicationLocksWithout(String missing) throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            String output = run(List.of(missing.split(",")), server.address());

            assertThat(output).contains("body ran").doesNotContain("NoClassDefFoundError");
            assertThat(server.view().lastFence()).as("locks granted").isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reactor,reactive-streams",
                "dflockd-embedded,spring-boot-health,spring-boot-actuator,micrometer-core,spring-boot-micrometer,"
                        + "spring-boot-testcontainers,testcontainers,spring-boot-docker,spring-messaging,spring-tx,"
                        + "dflockd-shedlock,shedlock-core,spring-integration,"
                        + "spring-boot-transaction,jackson,reactor,reactive-streams,spring-test,"
                        + "spring-boot-test,spring-boot-starter-test,mockito,assertj,junit"
            })
    void applicationLeadsWithout(String missing) throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            String output = run(
                    List.of(missing.split(",")), server.address(), Leading.class, 0, "--dflockd.leader.roles=billing");

            assertThat(output).contains("leader ran").doesNotContain("NoClassDefFoundError");
            assertThat(server.view().isQuiet()).isTrue();
        }
    }

    @Test
    void listenerWithoutSpringMessagingFailsTheStartAndNamesTheJar() throws Exception {
        String output = run(List.of("spring-messaging"), "127.0.0.1:1", Listening.class, 1);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("@SignalListener of bean")
                .contains("ListeningBean.listen(java.lang.String)")
                .contains("org.springframework:spring-messaging")
                .doesNotContain("NoClassDefFoundError");
    }

    private static String run(List<String> missing, String server) throws Exception {
        return run(missing, server, Application.class, 0);
    }

    private static String run(List<String> missing, String server, Class<?> main, int exitValue, String... properties)
            throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> missing.stream().noneMatch(name -> matches(new File(entry), name)))
                .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                main.getName(),
                "--dflockd.servers=" + server,
                "--spring.docker.compose.enabled=false"));
        command.addAll(List.of(properties));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exitValue);
        return output;
    }

    private static boolean matches(File entry, String name) {
        // In the reactor the embedded server may be a folder of classes.
        return entry.getName().startsWith(name)
                || (entry.getName().equals("classes")
                        && entry.getParentFile().getParentFile().getName().startsWith(name));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Guarded.class)
    static class Application {

        public static void main(String[] args) {
            try (ConfigurableApplicationContext context = SpringApplication.run(Application.class, args)) {
                context.getBean(Guarded.class).body();
            }
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(LeaderJob.class)
    static class Leading {

        public static void main(String[] args) throws InterruptedException {
            try (ConfigurableApplicationContext context = SpringApplication.run(Leading.class, args)) {
                context.getBean(LeaderRoles.class)
                        .election("billing")
                        .orElseThrow()
                        .await(Duration.ofSeconds(20));
                context.getBean(LeaderJob.class).run();
            }
        }
    }

    static class LeaderJob {

        @LeaderOnly("billing")
        public void run() {
            System.out.println("leader ran");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(ListeningBean.class)
    static class Listening {

        public static void main(String[] args) {
            SpringApplication.run(Listening.class, args).close();
        }
    }

    interface Contract {

        @SignalListener("c")
        void listen(String payload);
    }

    static class ListeningBean implements Contract {

        @Override
        public void listen(String payload) {}
    }

    static class Guarded {

        @DistributedLocked("job")
        public void body() {
            System.out.println("body ran");
        }
    }
}
