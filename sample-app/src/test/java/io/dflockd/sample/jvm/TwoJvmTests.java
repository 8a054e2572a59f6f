package io.dflockd.sample.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes and one server: what the annotation promises. */
class TwoJvmTests {

    @TempDir
    private Path folder;

    private Path file;

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
        file = folder.resolve("file");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void annotationLetsNoIncrementGetLost() throws Exception {
        assertThat(countInTwoProcesses("test.guarded=true")).isEqualTo(1000);
    }

    @Test
    void withoutTheAnnotationIncrementsGetLost() throws Exception {
        assertThat(countInTwoProcesses("test.guarded=false")).isLessThan(1000);
    }

    @Test
    void killOfTheHolderHandsTheLockOnAtOnce() throws Exception {
        Files.writeString(file, "");
        try (JavaProcess holder = application("test.mode=hold", "dflockd.lease-ttl=10m");
                JavaProcess next = application("test.mode=note", "dflockd.acquire-timeout=5m")) {
            holder.awaitOutput("READY").go().awaitOutput("HELD");
            next.awaitOutput("READY").go();
            server.await(view -> view.waiters("held").size() == 1, Duration.ofSeconds(30));

            holder.kill();

            // Far below the lease, which would be the other way to get it.
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> Files.readString(file), "noted\n"::equals);
        }
    }

    @Test
    void terminationWaitsForAGuardedTaskOfBootsExecutor() throws Exception {
        terminationEndsTheBodyBeforeTheLockIsFree("spring.threads.virtual.enabled=false");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void terminationWaitsForAGuardedTaskOnAVirtualThread() throws Exception {
        terminationEndsTheBodyBeforeTheLockIsFree("spring.threads.virtual.enabled=true");
    }

    private void terminationEndsTheBodyBeforeTheLockIsFree(String threads) throws Exception {
        Files.writeString(file, "");
        try (JavaProcess worker = application(
                        "test.mode=task",
                        threads,
                        "spring.task.execution.shutdown.await-termination=true",
                        "spring.task.execution.shutdown.await-termination-period=30s");
                JavaProcess next = application("test.mode=note", "dflockd.acquire-timeout=5m")) {
            next.awaitOutput("READY");
            worker.awaitOutput("READY").go().awaitOutput("WORKING");
            next.go();
            server.await(view -> view.waiters("held").size() == 1, Duration.ofSeconds(30));

            worker.terminate();

            worker.awaitExit(Duration.ofSeconds(60));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Files.readString(file).contains("noted"));
            assertThat(file).content().isEqualTo("begin\nend\nnoted\n");
            assertThat(worker.output()).doesNotContain("Exception");
        }
    }

    private int countInTwoProcesses(String guarded) throws Exception {
        Files.writeString(file, "00000000");
        try (JavaProcess one = application("test.mode=count", guarded);
                JavaProcess two = application("test.mode=count", guarded)) {
            one.awaitOutput("READY");
            two.awaitOutput("READY");
            one.go();
            two.go();
            one.awaitOutput("DONE");
            two.awaitOutput("DONE");
        }
        return Integer.parseInt(Files.readString(file));
    }

    private JavaProcess application(String... properties) {
        String[] arguments = new String[properties.length + 2];
        arguments[0] = "--dflockd.servers=" + server.address();
        arguments[1] = "--test.file=" + file;
        for (int i = 0; i < properties.length; i++) {
            arguments[i + 2] = "--" + properties[i];
        }
        return JavaProcess.startMain(GuardedApplication.class, arguments);
    }
}
