package io.dflockd.benchmarks.startup;

import io.dflockd.benchmarks.measure.Options;
import io.dflockd.benchmarks.measure.Summary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code startup}: a Boot application with and without the auto-configuration, each in a new process, in turns. */
public final class StartupCommand {

    private StartupCommand() {}

    /** Runs it. */
    public static void run(Options options, PrintStream out) throws Exception {
        int repeat = options.number("repeat", 10);
        options.done();
        start("with");
        start("without");
        List<Long> added = new ArrayList<>();
        List<Long> with = new ArrayList<>();
        List<Long> without = new ArrayList<>();
        int connections = 0;
        for (int i = 0; i < repeat; i++) {
            Start one = start("with");
            Start other = start("without");
            with.add(one.nanos);
            without.add(other.nanos);
            added.add(one.nanos - other.nanos);
            connections += one.connections;
        }
        out.printf(
                "start with %s, without %s, added %s (medians of %d pairs), connections opened by the start: %d%n",
                Summary.time(median(with)),
                Summary.time(median(without)),
                Summary.time(median(added)),
                repeat,
                connections);
    }

    private record Start(long nanos, int connections) {}

    private static Start start(String how) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
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
        String[] words = last.split(" ", 2);
        return new Start(Long.parseLong(words[0]), Integer.parseInt(words[1]));
    }

    private static long median(List<Long> values) {
        List<Long> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
