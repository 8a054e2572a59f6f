package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockServer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** JVMs whose class path really lacks what is optional. */
@Timeout(120)
class OptionalDependenciesTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    @Test
    void guardsWithoutReactorKotlinTransactionsAspectJAndBoot() throws Exception {
        assertThat(run(
                        WithoutOptionals.class,
                        locks.server().address(),
                        "reactor",
                        "reactive-streams",
                        "kotlin",
                        "rxjava",
                        "spring-tx",
                        "spring-retry",
                        "aspectjweaver",
                        "spring-boot",
                        "spring-jdbc"))
                .contains("order:7 held")
                .contains("stage held");
    }

    @Test
    void suspendFunctionWithoutCoroutinesReactorFailsTheStart() throws Exception {
        assertThat(run(KotlinWithoutBridge.class, SuspendingOnly.class.getName(), "kotlinx-coroutines-reactor"))
                .contains("refused")
                .contains("is a suspend function, but kotlinx-coroutines-reactor");
    }

    @Test
    void flowWithoutReactorFailsTheStart() throws Exception {
        assertThat(run(
                        KotlinWithoutBridge.class,
                        FlowOnly.class.getName(),
                        "kotlinx-coroutines-reactor",
                        "reactor",
                        "reactive-streams"))
                .contains("refused")
                .contains("kotlinx.coroutines.flow.Flow, which nothing on the class path bridges");
    }

    private String run(Class<?> main, String argument, String... missing) throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Arrays.stream(missing)
                        .noneMatch(name -> new File(entry).getName().startsWith(name)))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-cp", classPath, main.getName(), argument)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
