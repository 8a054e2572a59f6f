package io.dflockd.reliability.check;

import io.dflockd.reliability.check.Violation.Kind;
import io.dflockd.reliability.history.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Signals of one emitter arrive in order, each at most once, and a subscription says when some may have been missed. */
final class SignalRules {

    private static final String GROUP = "jobs";

    private final Findings findings;

    /** The numbers of confirmed signals, by channel. */
    private final Map<String, NavigableSet<Long>> confirmed = new HashMap<>();

    /** What has arrived, by process and channel. */
    private final Map<String, List<Entry>> arrived = new HashMap<>();

    /** When a gap was reported, by process and kind of subscription. */
    private final Map<String, NavigableSet<Long>> gaps = new HashMap<>();

    private final Set<String> ofGroup = new HashSet<>();

    SignalRules(Findings findings) {
        this.findings = findings;
    }

    void emitted(Entry entry) {
        findings.count("signals emitted, " + entry.detail());
        if (entry.detail().equals("confirmed")) {
            confirmed
                    .computeIfAbsent(entry.resource(), channel -> new TreeSet<>())
                    .add(entry.number());
        }
    }

    void gap(Entry entry) {
        findings.count("gaps of signals `" + entry.detail() + "`");
        gaps.computeIfAbsent(entry.process() + ' ' + entry.resource(), subscription -> new TreeSet<>())
                .add(entry.time());
    }

    void arrived(Entry entry) {
        findings.count("signals received");
        arrived.computeIfAbsent(entry.process() + ' ' + entry.detail(), process -> new ArrayList<>())
                .add(entry);
        if (entry.resource().equals(GROUP) && !ofGroup.add(entry.detail() + ' ' + entry.number())) {
            findings.violation(
                    Kind.SIGNAL_DOUBLED,
                    "signal " + entry.number() + " of " + entry.detail()
                            + " arrived at two members of the group, one is " + entry.process());
        }
    }

    void check() {
        arrived.values().forEach(this::check);
    }

    private void check(List<Entry> signals) {
        Set<Long> seen = new HashSet<>();
        Entry before = null;
        for (Entry signal : signals) {
            if (!seen.add(signal.number())) {
                findings.violation(Kind.SIGNAL_DOUBLED, text(signal) + " arrived twice");
            } else if (!isConfirmed(signal)) {
                // An emit that failed may be delivered at any time.
                findings.count("signals received of emits that had failed");
            } else {
                checkOrder(before, signal);
                before = signal;
            }
        }
    }

    private boolean isConfirmed(Entry signal) {
        return confirmed.getOrDefault(signal.detail(), new TreeSet<>()).contains(signal.number());
    }

    private void checkOrder(@Nullable Entry before, Entry signal) {
        if (before == null) {
            return;
        }
        if (signal.number() < before.number()) {
            findings.violation(Kind.SIGNAL_ORDER, text(signal) + " arrived after " + before.number());
        } else if (!signal.resource().equals(GROUP)) {
            checkMissing(before, signal);
        }
    }

    private void checkMissing(Entry before, Entry next) {
        NavigableSet<Long> missing = confirmed
                .getOrDefault(next.detail(), new TreeSet<>())
                .subSet(before.number(), false, next.number(), false);
        if (missing.isEmpty()) {
            return;
        }
        findings.count("signals missed", missing.size());
        boolean told = !gaps.getOrDefault(next.process() + ' ' + next.resource(), new TreeSet<>())
                .subSet(before.time(), true, next.time(), true)
                .isEmpty();
        if (!told) {
            findings.violation(
                    Kind.SIGNAL_LOST,
                    text(next) + " arrived after " + before.number() + ", and no gap was reported between "
                            + before.time() + " and " + next.time());
        }
    }

    private static String text(Entry signal) {
        return "signal " + signal.number() + " of " + signal.detail() + " at " + signal.process();
    }
}
