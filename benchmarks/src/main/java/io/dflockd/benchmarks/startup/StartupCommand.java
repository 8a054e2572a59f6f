package io.dflockd.benchmarks.startup;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** {@code startup}: a Boot application with and without the auto-configuration, each in a new process, in turns. */
public final class StartupCommand {

    private StartupCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int repeat = options.number("repeat", 10);
        options.done();
        start("with");
        start("without");
        List<Start> with = new ArrayList<>();
        List<Start> without = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            with.add(start("with"));
            without.add(start("without"));
        }
        print(out, "time", Start::nanos, with, without);
        print(out, "processor time", Start::cpuNanos, with, without);
        out.printf(
                "connections opened by the start: %d%n",
                with.stream().mapToInt(Start::connections).sum());
    }

    private static void print(
            PrintStream out, String what, ToLongFunction<Start> figure, List<Start> with, List<Start> without) {
        List<Long> added = new ArrayList<>();
        for (int i = 0; i < with.size(); i++) {
            added.add(figure.applyAsLong(with.get(i)) - figure.applyAsLong(without.get(i)));
        }
        out.printf(
                "%s of the start: with %s, without %s, added %s (medians of %d pairs)%n",
                what,
                Summary.time(median(with.stream().map(figure::applyAsLong).toList())),
                Summary.time(median(without.stream().map(figure::applyAsLong).toList())),
                Summary.time(median(added)),
                with.size());
    }

    private record Start(long nanos, long cpuNanos, int connections) {}

    private static Start start(String how) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Application.class.getName(),
                        how)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String last = null;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                last = line;
            }
        }
        if (process.waitFor() != 0 || last == null) {
            throw new IOException("the application did not start");
        }
        String[] words = last.split(" ", 3);
        return new Start(Long.parseLong(words[0]), Long.parseLong(words[1]), Integer.parseInt(words[2]));
    }

    /** The jar beside this one with the class path of a small application; where there is none, all that is here. */
    private static String classPath() {
        String own = System.getProperty("java.class.path");
        Path startup = Path.of(own.replace(".jar", "-startup.jar"));
        return own.endsWith(".jar") && !own.contains(File.pathSeparator) && Files.exists(startup)
                ? startup.toString()
                : own;
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
