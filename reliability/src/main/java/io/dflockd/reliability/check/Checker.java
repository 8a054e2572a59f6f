package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Checks the history of a run, whose entries are in the order of their times. Used once. */
public final class Checker {

    /** The process of failures of servers. */
    public static final String SERVER = "server";

    /** A failure may begin a little before it is written down. */
    private static final long FAULT_SLACK = 50_000_000;

    private final Limits limits;

    private final List<Violation> violations = new ArrayList<>();

    private final Map<String, Hold> holds = new LinkedHashMap<>();

    private final Map<String, List<Entry>> faults = new HashMap<>();

    private final Map<String, Integer> faultCounts = new TreeMap<>();

    private final Map<String, Integer> lossCounts = new TreeMap<>();

    private final Distribution prompt = new Distribution();

    private final Distribution unseen = new Distribution();

    private final Set<String> closed = new HashSet<>();

    private int calls;

    /** A checker of one run. */
    public Checker(Limits limits) {
        this.limits = limits;
    }

    /**
     * Checks everything.
     *
     * @param survivors the processes that have ended by themselves
     * @param orphans what the servers still hold at the end
     */
    public Report check(List<Entry> history, Set<String> survivors, List<String> orphans) {
        history.forEach(this::read);
        holds.values().forEach(hold -> checkLoss(hold, survivors.contains(hold.process)));
        byResource().forEach((resource, ofResource) -> {
            checkOverlaps(resource, ofResource);
            checkFences(ofResource);
        });
        survivors.stream()
                .filter(process -> !closed.contains(process))
                .forEach(process -> add(Violation.Kind.UNFINISHED, process + " has not closed its client"));
        orphans.forEach(orphan -> add(Violation.Kind.ORPHAN, orphan));
        return new Report(faultCounts, holds.size(), lossCounts, prompt, unseen, calls, violations);
    }

    private void read(Entry entry) {
        Hold hold = holds.get(entry.process() + '/' + entry.hold());
        switch (entry.kind()) {
            case GRANTED -> holds.put(entry.process() + '/' + entry.hold(), new Hold(entry));
            case SAMPLE -> known(hold, entry).heldUntil = entry.time();
            case ENDED -> known(hold, entry).end = entry;
            case LOSS -> {
                known(hold, entry).losses.add(entry);
                lossCounts.merge(entry.detail(), 1, Integer::sum);
            }
            case CALL -> readCall(entry);
            case CLOSED -> readClosed(entry);
            case FAULT -> {
                faultCounts.merge(entry.detail(), 1, Integer::sum);
                faults.computeIfAbsent(entry.process(), process -> new ArrayList<>())
                        .add(entry);
            }
        }
    }

    private static Hold known(@Nullable Hold hold, Entry entry) {
        if (hold == null) {
            throw new IllegalArgumentException("an entry of a hold that has not begun: " + entry);
        }
        return hold;
    }

    private void readCall(Entry entry) {
        calls++;
        String[] times = entry.detail().split(" ", -1);
        long took = Long.parseLong(times[0]);
        long limit = Long.parseLong(times[1]);
        long slack = limits.callDelay().toMillis() + stoppedWhile(entry, took);
        if (took > limit + slack) {
            add(
                    Violation.Kind.LATE_CALL,
                    "a call for " + entry.resource() + " of " + entry.process() + " took " + took + " ms, its limit is "
                            + limit + " ms");
        }
    }

    /** A process that is stopped cannot return. */
    private long stoppedWhile(Entry call, long tookMillis) {
        long from = call.time() - tookMillis * 1_000_000 - FAULT_SLACK;
        return faults.getOrDefault(call.process(), List.of()).stream()
                .filter(fault ->
                        fault.detail().startsWith("stop") && fault.time() >= from && fault.time() <= call.time())
                .mapToLong(fault -> limits.stopped().toMillis())
                .sum();
    }

    private void readClosed(Entry entry) {
        closed.add(entry.process());
        if (!entry.detail().equals("0 0")) {
            add(Violation.Kind.LEAK, entry.process() + " has left (threads, holds): " + entry.detail());
        }
    }

    private void checkLoss(Hold hold, boolean survived) {
        if (hold.losses.size() > 1 || (!hold.losses.isEmpty() && hold.end != null && !hold.endedAsLost())) {
            add(Violation.Kind.LOSS_DOUBLED, hold + ": " + hold.losses.size() + " losses, ended " + hold.end);
        }
        Entry end = hold.end;
        if (end == null || !hold.endedAsLost()) {
            return;
        }
        if (hold.losses.isEmpty()) {
            // A process that was killed had no time to call it.
            if (survived) {
                add(Violation.Kind.LOSS_MISSED, hold + " was lost, and its listener was not called");
            }
            return;
        }
        long late = hold.losses.get(0).time() - end.time();
        if (late > limits.lossDelay().toNanos()) {
            add(
                    Violation.Kind.LOSS_MISSED,
                    hold + " was lost, and its listener was called " + late / 1_000_000 + " ms later");
        }
    }

    private Map<String, List<Hold>> byResource() {
        Map<String, List<Hold>> byResource = new TreeMap<>();
        holds.values()
                .forEach(hold -> byResource
                        .computeIfAbsent(hold.resource, resource -> new ArrayList<>())
                        .add(hold));
        return byResource;
    }

    private void checkOverlaps(String resource, List<Hold> ofResource) {
        boolean semaphore = resource.startsWith("semaphore");
        int permits = semaphore ? limits.permits() : 1;
        ofResource.sort(Comparator.comparingLong(hold -> hold.grantedAt));
        List<Hold> active = new ArrayList<>();
        for (Hold next : ofResource) {
            active.removeIf(hold -> hold.heldUntil <= next.grantedAt);
            if (active.size() >= permits) {
                checkOverlap(active, next, semaphore);
            }
            active.add(next);
        }
    }

    /** The first of the earlier holders to end makes the place that the next one took. */
    private void checkOverlap(List<Hold> earlier, Hold next, boolean semaphore) {
        Hold first = earlier.stream()
                .min(Comparator.comparingLong(hold -> hold.heldUntil))
                .orElseThrow();
        long overlap = Math.min(first.heldUntil, next.heldUntil) - next.grantedAt;
        if (overlap <= 0) {
            return;
        }
        boolean isUnseen = earlier.stream().anyMatch(hold -> hadFault(hold, limits.unseenFaults()));
        boolean isSilent = !isUnseen && hadFault(first, limits.silentFaults()) && !hadOtherFault(first);
        long admitted = isUnseen
                ? limits.unnoticed().toNanos()
                : isSilent ? 0 : limits.prompt().toNanos();
        (isUnseen ? unseen : prompt).add(overlap);
        if (overlap > admitted) {
            add(
                    semaphore ? Violation.Kind.EXCESS : Violation.Kind.OVERLAP,
                    first + " and " + next + " for " + overlap / 1_000_000 + " ms");
        }
    }

    private boolean hadFault(Hold hold, Set<String> kinds) {
        return faultsDuring(hold).stream().anyMatch(fault -> kinds.contains(fault.detail()));
    }

    private boolean hadOtherFault(Hold hold) {
        return faultsDuring(hold).stream()
                .anyMatch(fault -> !limits.silentFaults().contains(fault.detail()));
    }

    private List<Entry> faultsDuring(Hold hold) {
        return faults.getOrDefault(hold.process, List.of()).stream()
                .filter(fault ->
                        fault.time() >= hold.grantedAt - FAULT_SLACK && fault.time() <= hold.heldUntil + FAULT_SLACK)
                .toList();
    }

    /** A process may be stopped between a grant and its entry, so only a grant that was held later counts. */
    private void checkFences(List<Hold> ofResource) {
        BigInteger highest = BigInteger.ZERO;
        long previous = Long.MIN_VALUE;
        for (Hold hold : ofResource) {
            if (hold.fence.equals("-") || hold.resource.startsWith("semaphore") || hold.heldUntil <= hold.grantedAt) {
                continue;
            }
            if (hasRestarted(previous, hold.grantedAt)) {
                highest = BigInteger.ZERO;
            }
            BigInteger fence = new BigInteger(hold.fence);
            if (fence.compareTo(highest) < 0 && !hadFault(hold, limits.unseenFaults())) {
                add(Violation.Kind.FENCE, hold + " has fence " + fence + " after " + highest);
            }
            highest = highest.max(fence);
            previous = hold.grantedAt;
        }
    }

    /** A server that was restarted counts from the beginning. */
    private boolean hasRestarted(long from, long to) {
        return faults.getOrDefault(SERVER, List.of()).stream()
                .anyMatch(fault -> fault.time() >= from - FAULT_SLACK && fault.time() <= to);
    }

    private void add(Violation.Kind kind, String what) {
        violations.add(new Violation(kind, what));
    }
}
