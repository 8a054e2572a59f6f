package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** When which process was made to fail, and when it stood still. */
final class Disturbances {

    /** Why two holders may overlap. */
    enum Reason {
        /** Nothing has happened that would excuse it. */
        NONE,
        /** A connection has ended, and the process needs a moment to see it. */
        PROMPT,
        /** The process cannot see what the server has seen. */
        UNSEEN
    }

    private static final class Failure {

        private final String kind;

        private final long from;

        private long until = Long.MAX_VALUE;

        Failure(String kind, long from) {
            this.kind = kind;
            this.from = from;
        }
    }

    private record Pause(long from, long until) {}

    /** What stood still shortly before an overlap delays the end of it. */
    private static final long BEFORE = Duration.ofSeconds(1).toNanos();

    private final Limits limits;

    private final Map<String, Map<Long, Failure>> failures = new HashMap<>();

    private final Map<String, List<Pause>> pauses = new HashMap<>();

    Disturbances(Limits limits) {
        this.limits = limits;
    }

    void begin(Entry entry) {
        failures.computeIfAbsent(entry.process(), process -> new HashMap<>())
                .put(entry.number(), new Failure(entry.detail(), entry.time()));
    }

    void end(Entry entry) {
        Failure failure = failures.getOrDefault(entry.process(), Map.of()).get(entry.number());
        if (failure == null) {
            throw new IllegalArgumentException("the end of a failure that has not begun: " + entry);
        }
        failure.until = entry.time();
    }

    void pause(Entry entry) {
        pauses.computeIfAbsent(entry.process(), process -> new ArrayList<>())
                .add(new Pause(entry.time() - Long.parseLong(entry.detail()), entry.time()));
    }

    /** For how long of this time the process stood still. A process that is killed when it goes on has not written that down. */
    long paused(String process, long from, long until) {
        Stream<Pause> stops = failures.getOrDefault(process, Map.of()).values().stream()
                .filter(failure -> limits.stopFaults().contains(failure.kind))
                .map(failure -> new Pause(failure.from, failure.until));
        List<Pause> within = Stream.concat(pauses.getOrDefault(process, List.of()).stream(), stops)
                .filter(pause -> pause.until > from && pause.from < until)
                .sorted(Comparator.comparingLong(Pause::from))
                .toList();
        long sum = 0;
        long counted = from;
        // They overlap: several threads may have waited at once.
        for (Pause pause : within) {
            long end = Math.min(until, pause.until);
            sum += Math.max(0, end - Math.max(counted, pause.from));
            counted = Math.max(counted, end);
        }
        return sum;
    }

    /** Why this holder may still believe in its lock when the next one has begun. */
    Reason reason(Hold hold, long nextGrantedAt) {
        return reason(hold.process, hold.grantedAt, nextGrantedAt);
    }

    /** Why the grant of this holder may have been void already when it was handed out. */
    Reason reasonOfLateHandOut(Hold hold) {
        return reason(hold.process, hold.askedAt, hold.grantedAt);
    }

    private Reason reason(String worker, long from, long until) {
        List<Failure> during = new ArrayList<>();
        for (String process : List.of(worker, Entry.SERVER)) {
            failures.getOrDefault(process, Map.of()).values().stream()
                    .filter(failure -> failure.from <= until && isAfter(failure, from))
                    .forEach(during::add);
        }
        boolean seen = has(during, limits.seenFaults());
        if (has(during, limits.unseenFaults()) || (seen && has(during, limits.silentFaults()))) {
            return Reason.UNSEEN;
        }
        return seen ? Reason.PROMPT : Reason.NONE;
    }

    /** The ends that a failure causes may come a moment after it. */
    private boolean isAfter(Failure failure, long time) {
        return failure.until == Long.MAX_VALUE
                || failure.until + limits.prompt().toNanos() >= time;
    }

    private static boolean has(List<Failure> failures, Set<String> kinds) {
        return failures.stream().anyMatch(failure -> kinds.contains(failure.kind));
    }

    /** For how long the two may overlap. */
    long admitted(Reason reason, Hold hold, long nextGrantedAt) {
        return switch (reason) {
            case NONE -> 0;
            case PROMPT ->
                limits.prompt().toNanos()
                        + paused(hold.process, nextGrantedAt - BEFORE, hold.heldUntil)
                        + paused(Entry.HARNESS, nextGrantedAt - BEFORE, hold.heldUntil);
            case UNSEEN -> limits.unnoticed().toNanos();
        };
    }

    /** Whether a server was restarted in this time. */
    boolean serverForgot(long from, long until) {
        return failures.getOrDefault(Entry.SERVER, Map.of()).values().stream()
                .anyMatch(failure ->
                        limits.seenFaults().contains(failure.kind) && failure.from <= until && isAfter(failure, from));
    }

    /** Whether the server may have freed this hold while its process could not see it. */
    boolean wasUnseen(Hold hold) {
        return reason(hold, hold.heldUntil) == Reason.UNSEEN;
    }
}
