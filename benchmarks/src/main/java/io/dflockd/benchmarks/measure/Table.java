package io.dflockd.benchmarks.measure;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A Markdown table. Not thread-safe. */
public final class Table {

    private final List<String> lines = new ArrayList<>();

    /** With a head for each column. */
    public Table(String... heads) {
        row(heads);
        lines.add("|" + "---|".repeat(heads.length));
    }

    /** Adds a row. */
    public void row(String... cells) {
        lines.add("| " + String.join(" | ", Arrays.asList(cells)) + " |");
    }

    /** Prints it between empty lines. */
    public void print(PrintStream out) {
        out.println();
        lines.forEach(out::println);
        out.println();
    }
}
