package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import io.dflockd.reliability.history.Entry.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks the history of a run, whose entries are in the order of their times. Knows nothing of the client. Used once. */
public final class Checker {

    private final Limits limits;

    private final Findings findings = new Findings();

    private final Disturbances disturbances;

    private final SignalRules signals = new SignalRules(findings);

    private final UsageRule usage = new UsageRule(findings);

    private final Map<String, Hold> holds = new LinkedHashMap<>();

    private final Set<String> askedToEnd = new HashSet<>();

    private final Set<String> closed = new HashSet<>();

    /** A checker of one run. */
    public Checker(Limits limits) {
        this.limits = limits;
        this.disturbances = new Disturbances(limits);
    }

    /** Checks everything. */
    public Report check(List<Entry> history) {
        history.forEach(this::read);
        // What a process did late is judged with pauses that it may have written down after that.
        CallRule calls = new CallRule(limits, disturbances, findings);
        StoreRule stores = new StoreRule(limits, disturbances, findings);
        for (Entry entry : history) {
            if (entry.kind() == Kind.CALL) {
                calls.check(entry);
            } else if (entry.kind() == Kind.STORE) {
                stores.check(entry);
            }
        }
        LossRules losses = new LossRules(limits, disturbances, findings);
        holds.values().forEach(hold -> losses.check(hold, !askedToEnd.contains(hold.process)));
        HoldRules rules = new HoldRules(limits, disturbances, findings);
        byResource().values().forEach(rules::check);
        signals.check();
        usage.check();
        askedToEnd.stream()
                .filter(process -> !closed.contains(process))
                .forEach(process ->
                        findings.violation(Violation.Kind.UNFINISHED, process + " has not closed its client"));
        return findings.report();
    }

    private void read(Entry entry) {
        switch (entry.kind()) {
            case STARTED -> findings.count("workers: " + entry.detail());
            case GRANTED -> {
                findings.count(entry.resource().startsWith("semaphore") ? "holds of semaphores" : "holds of locks");
                holds.put(name(entry), new Hold(entry));
            }
            case SAMPLE -> hold(entry).heldUntil = entry.time();
            case SUSPENDED -> findings.count("suspensions");
            case ENDED -> hold(entry).end = entry;
            case LOSS -> hold(entry).losses.add(entry);
            case EMIT -> signals.emitted(entry);
            case SIGNAL -> signals.arrived(entry);
            case GAP -> signals.gap(entry);
            case USAGE -> usage.used(entry);
            case PAUSE -> {
                disturbances.pause(entry);
                findings.distribution("times for which a process stood still").add(Long.parseLong(entry.detail()));
            }
            case CLOSED -> {
                closed.add(entry.process());
                usage.closed(entry);
            }
            case FAULT -> {
                findings.count("failure `" + entry.detail() + "`");
                disturbances.begin(entry);
            }
            case FAULT_END -> disturbances.end(entry);
            case ASKED_TO_END -> askedToEnd.add(entry.process());
            case ORPHAN -> findings.violation(Violation.Kind.ORPHAN, entry.detail());
            case CALL, STORE -> {
                // Read when all pauses and failures are known.
            }
        }
    }

    private static String name(Entry entry) {
        return entry.process() + '/' + entry.number();
    }

    private Hold hold(Entry entry) {
        @Nullable Hold hold = holds.get(name(entry));
        if (hold == null) {
            throw new IllegalArgumentException("an entry of a hold that has not begun: " + entry);
        }
        return hold;
    }

    private Map<String, List<Hold>> byResource() {
        Map<String, List<Hold>> byResource = new TreeMap<>();
        holds.values().stream()
                .sorted(Comparator.comparingLong(hold -> hold.grantedAt))
                .forEach(hold -> byResource
                        .computeIfAbsent(hold.resource, resource -> new ArrayList<>())
                        .add(hold));
        return byResource;
    }
}
