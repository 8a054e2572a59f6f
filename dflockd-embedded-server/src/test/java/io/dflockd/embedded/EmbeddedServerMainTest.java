package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program, in a process of its own. */
@Timeout(60)
class EmbeddedServerMainTest {

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddedServerMain.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    @Test
    void announcesItselfServesAndDrainsOnSigterm() throws Exception {
        Process process = run("--port", "0");
        BufferedReader output = process.inputReader();
        String ready = output.readLine();
        assertThat(ready).contains("development and tests").matches(".* listening on 127\\.0\\.0\\.1:\\d+");
        int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
        try (Wire a = new Wire("127.0.0.1", port);
                Wire b = new Wire("127.0.0.1", port)) {
            assertThat(a.ask("l", "k", "0")).startsWith("ok ");
            b.send("l\nk\n20\n");
            // Only once b is blocked does the signal end it without an answer.
            while (!a.ask("stats", "_", "_").contains("\"waiters\":1")) {
                Thread.onSpinWait();
            }
            process.toHandle().destroy();
            b.expectEnd(Wire.PATIENCE_MILLIS);
            assertThat(a.ask("l", "other", "0")).startsWith("ok ");
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output.readLine()).isNull();
    }

    @Test
    void refusesNonsenseWithAHint() throws Exception {
        Process process = run("--prot", "1");
        assertThat(new String(process.getInputStream().readAllBytes())).contains("--prot", "--help");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void takesAnIpv6AddressWithAndWithoutBrackets() throws Exception {
        for (String host : List.of("[::1]", "::1")) {
            String ready = run("--host", host, "--port", "0").inputReader().readLine();
            assertThat(ready).matches(".* listening on \\[::1]:\\d+");
        }
    }

    @Test
    void saysWhenTheHostIsUnknown() throws Exception {
        Process process = run("--host", "nosuch.invalid", "--port", "0");
        assertThat(new String(process.getInputStream().readAllBytes()))
                .contains("cannot listen on nosuch.invalid:0: the host name cannot be resolved")
                .doesNotContain("null", "\tat ");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void saysWhenThePortIsTaken() throws Exception {
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start()) {
            Process process = run("--port", "" + server.port());
            assertThat(new String(process.getInputStream().readAllBytes()))
                    .contains("cannot listen on " + server.address() + ": Address already in use")
                    .doesNotContain("\tat ");
            assertThat(process.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void saysWhenTheFenceStateFileCannotBeWritten(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("none").resolve("fences");
        Process process = run("--port", "0", "--generation", "g3", "--fence-state-file", file.toString());
        assertThat(new String(process.getInputStream().readAllBytes()))
                .contains("cannot use the fence state file " + file)
                .doesNotContain("\tat ");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void saysWhichGenerationsThereAre() throws Exception {
        Process process = run("--port", "0", "--generation", "g4");
        assertThat(new String(process.getInputStream().readAllBytes())).contains("g4", "g1", "g2", "g3");
        assertThat(process.waitFor()).isEqualTo(2);
    }
}
