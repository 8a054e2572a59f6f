package io.dflockd.spring.lock.interceptor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.lock.LockServer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A guarded call that runs out of stack leaves nothing: the lock is free, and its thread is in no guarded call. */
@Timeout(120)
class StackOverflowTests {

    @RegisterExtension
    final LockServer locks = new LockServer();

    @ParameterizedTest
    @EnumSource(DeepCalls.Form.class)
    void callWithoutStackLeavesNothingBehind(DeepCalls.Form form) throws Exception {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        // Few collections: a handle that is garbage is released too, but late.
                        "-Xmx192m",
                        "-Xmn128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeepCalls.class.getName(),
                        locks.server().address(),
                        form.name())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
            assertThat(output.lines().filter(line -> !line.contains("WARN") && !line.contains("INFO")))
                    .containsExactly(
                            "enough stack for some true, not for others true",
                            "contexts left 0",
                            "ended true",
                            "held by nobody 0");
        } finally {
            process.destroyForcibly();
        }
    }
}
