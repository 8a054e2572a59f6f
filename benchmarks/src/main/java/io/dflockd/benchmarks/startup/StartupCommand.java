package io.dflockd.benchmarks.startup;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Table;
import io.dflockd.benchmarks.startup.Application.Kind;
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

/**
 * {@code startup}: a Boot application with and without the auto-configuration, each in a new process, in turns; beside it
 * what {@code @EnableCaching} adds to the same application.
 */
public final class StartupCommand {

    private StartupCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int repeat = options.number("repeat", 10);
        options.done();
        for (Kind kind : Kind.values()) {
            start(kind);
        }
        Table table = new Table("application", "start", "added", "processor time", "added");
        List<Start> plain = new ArrayList<>();
        List<Start> guarded = new ArrayList<>();
        List<Start> cached = new ArrayList<>();
        for (int i = 0; i < repeat; i++) {
            plain.add(start(Kind.PLAIN));
            guarded.add(start(Kind.GUARDED));
            cached.add(start(Kind.CACHED));
        }
        row(table, "plain", plain, plain);
        row(table, "with a guarded bean", guarded, plain);
        row(table, "with a cached bean", cached, plain);
        table.print(out);
        out.printf(
                "connections opened by the start: %d%n",
                guarded.stream().mapToInt(Start::connections).sum());
    }

    private static void row(Table table, String application, List<Start> starts, List<Start> plain) {
        table.row(
                application,
                Summary.time(median(starts, Start::nanos)),
                Summary.time(added(starts, plain, Start::nanos)),
                Summary.time(median(starts, Start::cpuNanos)),
                Summary.time(added(starts, plain, Start::cpuNanos)));
    }

    private static long median(List<Start> starts, ToLongFunction<Start> figure) {
        return median(starts.stream().map(figure::applyAsLong).toList());
    }

    /** The median of the differences of starts that followed each other. */
    private static long added(List<Start> starts, List<Start> plain, ToLongFunction<Start> figure) {
        List<Long> added = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            added.add(figure.applyAsLong(starts.get(i)) - figure.applyAsLong(plain.get(i)));
        }
        return median(added);
    }

    private record Start(long nanos, long cpuNanos, int connections) {}

    private static Start start(Kind kind) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath(),
                        Application.class.getName(),
                        kind.name())
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
