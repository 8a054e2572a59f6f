package io.dflockd.benchmarks.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Markdown table. Not thread-safe. */
final class Table {

    private final List<String> lines = new ArrayList<>();

    Table(String... heads) {
        row(heads);
        lines.add("|" + "---|".repeat(heads.length));
    }

    void row(String... cells) {
        lines.add("| " + String.join(" | ", Arrays.asList(cells)) + " |");
    }

    void print(PrintStream out) {
        out.println();
        lines.forEach(out::println);
        out.println();
    }
}
