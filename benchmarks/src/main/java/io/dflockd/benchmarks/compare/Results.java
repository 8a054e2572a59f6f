package io.dflockd.benchmarks.compare;

import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.plot.Chart;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers of all libraries to all questions, from several rounds; medians of them. Not thread-safe. */
final class Results {

    private final Map<String, Map<String, List<Summary>>> answers = new LinkedHashMap<>();

    void add(String library, String question, Summary summary) {
        answers.computeIfAbsent(question, unused -> new LinkedHashMap<>())
                .computeIfAbsent(library, unused -> new ArrayList<>())
                .add(summary);
    }

    void print(PrintStream out) {
        out.println();
        out.println("| question | library | a second | p50 | p99 | max |");
        out.println("|---|---|---|---|---|---|");
        answers.forEach((question, libraries) -> libraries.forEach((library, runs) -> {
            Summary median = Pairing.median(runs);
            out.printf(
                    "| %s | %s | %,.0f | %s | %s | %s |%n",
                    question,
                    library,
                    median.perSecond(),
                    Summary.time(median.p50()),
                    Summary.time(median.p99()),
                    Summary.time(median.max()));
        }));
        out.println();
    }

    void draw(Path folder) throws IOException {
        Chart rate = new Chart("Uncontended acquire and release, a key for each thread", "", "pairs/s", false);
        Chart wait = new Chart("From a release to the next holder, and the last of many waiters", "", "µs", true);
        answers.forEach((question, libraries) -> libraries.forEach((library, runs) -> {
            Summary median = Pairing.median(runs);
            if (question.endsWith("waiters")) {
                wait.add(library, question + ", last", median.max() / 1e3);
            } else if (question.equals("hand-over")) {
                wait.add(library, "hand-over p50", median.p50() / 1e3);
                wait.add(library, "hand-over p99", median.p99() / 1e3);
            } else {
                rate.add(library, question, median.perSecond());
            }
        }));
        rate.writeBars(folder.resolve("compare-rate.png"));
        wait.writeBars(folder.resolve("compare-waiting.png"));
    }
}
