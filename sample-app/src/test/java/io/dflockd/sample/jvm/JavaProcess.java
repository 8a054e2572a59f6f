package io.dflockd.sample.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A JVM started by a test: the JDK is the one that runs the test. Killed when closed. */
final class JavaProcess implements AutoCloseable {

    private final Process process;

    private final StringBuffer output = new StringBuffer();

    private JavaProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "output of a test's JVM");
        reader.setDaemon(true);
        reader.start();
    }

    static JavaProcess start(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(arguments);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new JavaProcess(builder.start());
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The test's own class path. */
    static JavaProcess startMain(Class<?> main, String... arguments) {
        List<String> all = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        all.addAll(List.of(arguments));
        return start(Map.of(), all);
    }

    JavaProcess awaitOutput(String text) {
        Awaitility.await("'" + text + "'")
                .atMost(Duration.ofSeconds(60))
                .failFast(() -> assertThat(process.isAlive() || hasSaid(text))
                        .as(() -> "the process has ended: " + output)
                        .isTrue())
                .until(() -> hasSaid(text));
        return this;
    }

    boolean hasSaid(String text) {
        return output.indexOf(text) >= 0;
    }

    String output() {
        return output.toString();
    }

    /** Sends an empty line. */
    JavaProcess go() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            return this;
        } catch (IOException ex) {
            throw new UncheckedIOException(output.toString(), ex);
        }
    }

    /** SIGTERM. By its handle: {@code Process.destroy} would also stop listening to what it still says. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    int awaitExit(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the process has not ended within " + atMost + ": " + output);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                output.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException ex) {
            output.append(ex);
        }
    }
}
