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
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * {@code startup}: a Boot application with and without the auto-configuration, each in a new process, in turns. The same
 * application with {@code @EnableCaching} stands beside it.
 */
public final class StartupCommand {

    private StartupCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int repeat = options.number("repeat", 10);
        options.done();
        Map<Kind, List<Start>> starts = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            start(kind);
            starts.put(kind, new ArrayList<>());
        }
        for (int i = 0; i < repeat; i++) {
            // There and back, so that none of them always follows the same other.
            List<Kind> turns = new ArrayList<>(List.of(Kind.values()));
            if (i % 2 == 1) {
                Collections.reverse(turns);
            }
            for (Kind kind : turns) {
                of(starts, kind).add(start(kind));
            }
        }
        Table table = new Table("application", "start", "added", "processor time", "added");
        row(table, "plain", of(starts, Kind.PLAIN), of(starts, Kind.PLAIN));
        row(table, "with a guarded bean", of(starts, Kind.GUARDED), of(starts, Kind.PLAIN));
        row(table, "with a cached bean", of(starts, Kind.CACHED), of(starts, Kind.PLAIN));
        row(table, "with a starter that does nothing", of(starts, Kind.BARE), of(starts, Kind.PLAIN));
        row(table, "with both, against cached", of(starts, Kind.CACHED_AND_GUARDED), of(starts, Kind.CACHED));
        table.print(out);
        out.printf(
                "connections opened by the start: %d%n",
                of(starts, Kind.GUARDED).stream().mapToInt(Start::connections).sum());
    }

    private static List<Start> of(Map<Kind, List<Start>> starts, Kind kind) {
        return Objects.requireNonNull(starts.get(kind));
    }

    private static void row(Table table, String application, List<Start> starts, List<Start> without) {
        table.row(
                application,
                Summary.time(median(starts, Start::nanos)),
                Summary.time(added(starts, without, Start::nanos)),
                Summary.time(median(starts, Start::cpuNanos)),
                Summary.time(added(starts, without, Start::cpuNanos)));
    }

    private static long median(List<Start> starts, ToLongFunction<Start> figure) {
        return median(starts.stream().map(figure::applyAsLong).toList());
    }

    /** The median of the differences of starts of the same round. */
    private static long added(List<Start> starts, List<Start> without, ToLongFunction<Start> figure) {
        List<Long> added = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            added.add(figure.applyAsLong(starts.get(i)) - figure.applyAsLong(without.get(i)));
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

    /** The jar beside this one with the class path of a small application; without it the whole class path of this process. */
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
