package io.dflockd.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM beside that of the tests, with the same class path. It reads commands and writes answers, a line each. */
final class ChildJvm {

    private final Process process;

    private final PrintStream commands;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ChildJvm(List<String> command) throws IOException {
        this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "child-output");
        reader.setDaemon(true);
        reader.start();
    }

    static ChildJvm start(Class<?> main, List<String> options, String... arguments) throws IOException {
        return new ChildJvm(java(main, options, arguments));
    }

    /**
     * Starts one that runs out of address space, and so of threads.
     *
     * @param kilobytes for everything, the stacks of threads included
     */
    static ChildJvm startWithin(long kilobytes, Class<?> main, List<String> options, String... arguments)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", "-c", "ulimit -v " + kilobytes + " && exec \"$@\"", "-"));
        command.addAll(java(main, options, arguments));
        return new ChildJvm(command);
    }

    private static List<String> java(Class<?> main, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = out.readLine()) != null) {
                lines.add(line);
            }
        } catch (IOException ex) {
            lines.add("failed " + ex);
        }
    }

    void tell(String command) {
        commands.println(command);
    }

    String line() throws InterruptedException {
        String line = lines.poll(60, TimeUnit.SECONDS);
        return line == null ? "nothing for a minute" : line;
    }

    /** The next line that has been written, null if there is none now. */
    @Nullable
    String lineNow() {
        return lines.poll();
    }

    /** Sends it a signal, such as {@code STOP}. */
    void signal(String name) throws IOException, InterruptedException {
        int result = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
        if (result != 0) {
            throw new IOException("kill -" + name + " returned " + result);
        }
    }

    /** All lines until the process ends, or until the time is over. */
    List<String> linesUntilEnd(Duration atMost) throws InterruptedException {
        boolean ended = endsWithin(atMost);
        kill();
        // The reader may still be at it.
        process.waitFor(5, TimeUnit.SECONDS);
        List<String> all = new ArrayList<>();
        String line;
        while ((line = lines.poll(200, TimeUnit.MILLISECONDS)) != null) {
            all.add(line);
        }
        if (!ended) {
            all.add("did not end within " + atMost);
        }
        return all;
    }

    boolean endsWithin(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    void kill() {
        process.destroyForcibly();
    }
}
