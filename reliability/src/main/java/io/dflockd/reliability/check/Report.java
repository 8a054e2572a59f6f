package io.dflockd.reliability.check;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The outcome of a check.
 *
 * @param faults how often each kind of failure was made
 * @param holds the number of holds
 * @param losses how often each reason of a loss was reported
 * @param promptOverlaps the times for which two processes believed to hold one lock because a connection had ended
 * @param unseenOverlaps the same after a failure that only the server can see
 */
public record Report(
        Map<String, Integer> faults,
        int holds,
        Map<String, Integer> losses,
        Distribution promptOverlaps,
        Distribution unseenOverlaps,
        int calls,
        List<Violation> violations) {

    /** The table of docs/reliability.md. */
    public String table() {
        StringBuilder text = new StringBuilder("| what | figure |\n|---|---|\n");
        new TreeMap<>(faults).forEach((fault, count) -> row(text, "failure `" + fault + "`", count.toString()));
        row(text, "holds", Integer.toString(holds));
        row(text, "calls with a limit", Integer.toString(calls));
        new TreeMap<>(losses).forEach((reason, count) -> row(text, "losses `" + reason + "`", count.toString()));
        row(text, "overlaps until a process saw the end of its connection", promptOverlaps.toString());
        row(text, "overlaps after a reset that only the server saw", unseenOverlaps.toString());
        Map<Violation.Kind, Long> counts = violations.stream()
                .collect(Collectors.groupingBy(
                        Violation::kind, () -> new EnumMap<>(Violation.Kind.class), Collectors.counting()));
        for (Violation.Kind kind : Violation.Kind.values()) {
            row(text, "violations `" + kind + "`", Long.toString(counts.getOrDefault(kind, 0L)));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String what, String figure) {
        text.append("| ").append(what).append(" | ").append(figure).append(" |\n");
    }
}
