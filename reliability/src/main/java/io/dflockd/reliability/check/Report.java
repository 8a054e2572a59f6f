package io.dflockd.reliability.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The outcome of a check.
 *
 * @param counts how often each thing happened, by its text
 * @param distributions times, by their text
 */
public record Report(Map<String, Long> counts, Map<String, Distribution> distributions, List<Violation> violations) {

    /** The outcome of several checks. */
    public static Report sum(List<Report> reports) {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, Distribution> distributions = new LinkedHashMap<>();
        List<Violation> violations = new ArrayList<>();
        for (Report report : reports) {
            report.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
            report.distributions.forEach((what, times) -> distributions
                    .computeIfAbsent(what, name -> new Distribution())
                    .addAll(times));
            violations.addAll(report.violations);
        }
        return new Report(counts, distributions, violations);
    }

    /** A count; 0 if it did not happen. */
    public long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** The table of docs/reliability.md. */
    public String table() {
        StringBuilder text = new StringBuilder("| what | figure |\n|---|---|\n");
        new TreeMap<>(counts).forEach((what, count) -> row(text, what, count.toString()));
        distributions.forEach((what, times) -> row(text, what, times.toString()));
        for (Violation.Kind kind : Violation.Kind.values()) {
            long count = violations.stream().filter(each -> each.kind() == kind).count();
            row(text, "violations `" + kind + "`", Long.toString(count));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String what, String figure) {
        text.append("| ").append(what).append(" | ").append(figure).append(" |\n");
    }
}
