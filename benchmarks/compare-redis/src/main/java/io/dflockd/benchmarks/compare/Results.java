package io.dflockd.benchmarks.compare;

import io.dflockd.benchmarks.load.Pairing;
import io.dflockd.benchmarks.measure.Summary;
import io.dflockd.benchmarks.measure.Table;
import java.io.PrintStream;
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
        Table table = new Table("question", "library", "a second", "p50", "p99", "max");
        answers.forEach((question, libraries) -> libraries.forEach((library, runs) -> {
            Summary median = Pairing.median(runs);
            table.row(
                    question,
                    library,
                    String.format("%,.0f", median.perSecond()),
                    Summary.time(median.p50()),
                    Summary.time(median.p99()),
                    Summary.time(median.max()));
        }));
        table.print(out);
    }
}
