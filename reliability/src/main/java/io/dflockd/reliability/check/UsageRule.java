package io.dflockd.reliability.check;

import io.dflockd.reliability.check.Violation.Kind;
import io.dflockd.reliability.history.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A closed client leaves nothing behind, and what a running one uses does not grow. */
final class UsageRule {

    /** The least use of the second third of a life is compared with that of the last, if there are so many values. */
    private static final int ENOUGH = 12;

    private enum What {
        HEAP_BYTES(6 << 20),
        SOCKETS(20),
        THREADS(20);

        /** What may come on top while everything fails. */
        private final long slack;

        What(long slack) {
            this.slack = slack;
        }
    }

    private final Findings findings;

    private final Map<String, List<Entry>> values = new HashMap<>();

    UsageRule(Findings findings) {
        this.findings = findings;
    }

    void used(Entry entry) {
        values.computeIfAbsent(entry.process(), process -> new ArrayList<>()).add(entry);
    }

    void closed(Entry entry) {
        findings.count("clients closed");
        if (!entry.detail().equals("0 0 0 0")) {
            findings.violation(
                    Kind.LEAK, entry.process() + " has left (threads, holds, sockets, clients): " + entry.detail());
        }
    }

    void check() {
        values.forEach((process, ofProcess) -> {
            if (ofProcess.size() >= ENOUGH) {
                findings.count("clients whose use was compared");
                for (What what : What.values()) {
                    check(process, what, ofProcess);
                }
            }
        });
    }

    private void check(String process, What what, List<Entry> ofProcess) {
        int third = ofProcess.size() / 3;
        long before = least(what, ofProcess.subList(third, 2 * third));
        long after = least(what, ofProcess.subList(2 * third, ofProcess.size()));
        if (after > before + what.slack) {
            findings.violation(Kind.LEAK, process + " uses more and more " + what + ": " + before + ", then " + after);
        }
    }

    private static long least(What what, List<Entry> entries) {
        return entries.stream()
                .mapToLong(entry -> Long.parseLong(entry.detail().split(" ", -1)[what.ordinal()]))
                .min()
                .orElseThrow();
    }
}
