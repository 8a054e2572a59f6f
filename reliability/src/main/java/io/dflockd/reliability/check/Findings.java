package io.dflockd.reliability.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rules have found and counted. */
final class Findings {

    private final Map<String, Long> counts = new LinkedHashMap<>();

    private final Map<String, Distribution> distributions = new LinkedHashMap<>();

    private final List<Violation> violations = new ArrayList<>();

    void count(String what) {
        count(what, 1);
    }

    void count(String what, long number) {
        counts.merge(what, number, Long::sum);
    }

    /** It is in the report even if it stays empty. */
    Distribution distribution(String what) {
        return distributions.computeIfAbsent(what, name -> new Distribution());
    }

    void violation(Violation.Kind kind, String what) {
        violations.add(new Violation(kind, what));
    }

    Report report() {
        return new Report(counts, distributions, violations);
    }
}
