package io.dflockd.reliability.check;

import io.dflockd.reliability.check.Disturbances.Reason;
import io.dflockd.reliability.check.Violation.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The rules about all holds of one resource, in the order of their grants. */
final class HoldRules {

    static final String PROMPT = "overlaps until a process saw the end of its connection";

    static final String UNSEEN = "overlaps while a process could not see what the server saw";

    static final String COMPARED = "pairs of a place in a queue and a later request";

    private final Limits limits;

    private final Disturbances disturbances;

    private final Findings findings;

    HoldRules(Limits limits, Disturbances disturbances, Findings findings) {
        this.limits = limits;
        this.disturbances = disturbances;
        this.findings = findings;
        findings.distribution(PROMPT);
        findings.distribution(UNSEEN);
        findings.count(COMPARED, 0);
    }

    void check(List<Hold> holds) {
        checkOverlaps(holds);
        checkFences(holds);
        checkOrder(holds);
    }

    private void checkOverlaps(List<Hold> holds) {
        List<Hold> active = new ArrayList<>();
        for (Hold next : holds) {
            active.removeIf(hold -> hold.heldUntil <= next.grantedAt);
            int permits = next.isOfSemaphore() ? limits.permits() : 1;
            int tooMany = active.size() - permits + 1;
            if (tooMany > 0 && next.heldUntil > next.grantedAt) {
                checkOverlap(active, tooMany, next);
            }
            active.add(next);
        }
    }

    /** So many of the earlier holders must be on their way out, and which ones is not known. */
    private void checkOverlap(List<Hold> earlier, int tooMany, Hold next) {
        List<Hold> inOrderOfEnds = earlier.stream()
                .sorted(Comparator.comparingLong(hold -> hold.heldUntil))
                .toList();
        long excused =
                inOrderOfEnds.stream().filter(hold -> isExcused(hold, next)).count();
        for (Hold hold : inOrderOfEnds.subList(0, tooMany)) {
            Reason reason = reason(hold, next);
            findings.distribution(reason == Reason.UNSEEN ? UNSEEN : PROMPT).add(overlap(hold, next));
        }
        if (excused < tooMany) {
            Hold last = inOrderOfEnds.get(tooMany - 1);
            findings.violation(
                    next.isOfSemaphore() ? Kind.EXCESS : Kind.OVERLAP,
                    last + " and " + next + " for " + overlap(last, next) / 1_000_000 + " ms, " + reason(last, next));
        }
    }

    private boolean isExcused(Hold hold, Hold next) {
        Hold old = isNewer(hold, next) ? next : hold;
        return overlap(hold, next) <= disturbances.admitted(reason(hold, next), old, next.grantedAt);
    }

    private Reason reason(Hold hold, Hold next) {
        return isNewer(hold, next) ? disturbances.reasonOfLateHandOut(next) : disturbances.reason(hold, next.grantedAt);
    }

    /**
     * Whether the one that was handed out first was granted second. The other grant was on its way when the connection ended that
     * brought it. Without fences that is only known to be so if the first one had no reason to end.
     */
    private boolean isNewer(Hold hold, Hold next) {
        return hold.fence != null && next.fence != null
                ? hold.fence.compareTo(next.fence) > 0
                : disturbances.reason(hold, next.grantedAt) == Reason.NONE;
    }

    private static long overlap(Hold hold, Hold next) {
        return Math.min(hold.heldUntil, next.heldUntil) - next.grantedAt;
    }

    /** A process may stand still between a grant and its entry, so only a grant that was held later counts. */
    private void checkFences(List<Hold> holds) {
        Hold before = null;
        BigInteger highest = BigInteger.ZERO;
        for (Hold hold : holds) {
            BigInteger fence = hold.fence;
            if (fence == null || hold.isOfSemaphore() || hold.heldUntil <= hold.grantedAt) {
                continue;
            }
            if (before != null && mayRestart(before.askedAt, hold.grantedAt)) {
                before = null;
            }
            if (before == null || fence.compareTo(highest) >= 0) {
                before = hold;
                highest = fence;
            } else if (!disturbances.wasUnseen(hold) && disturbances.reasonOfLateHandOut(hold) == Reason.NONE) {
                findings.violation(Kind.FENCE, hold + " after " + before);
            }
        }
    }

    private boolean mayRestart(long from, long until) {
        return !limits.fencesOutliveServers() && disturbances.serverForgot(from, until);
    }

    /** Who asked after the place of another one was confirmed is served after it, if both are served. */
    private void checkOrder(List<Hold> holds) {
        for (Hold first : holds) {
            Long queuedAt = first.queuedAt;
            if (queuedAt == null) {
                continue;
            }
            for (Hold second : holds) {
                if (second.askedAt > queuedAt
                        && second.askedAt < first.grantedAt
                        && !disturbances.serverForgot(queuedAt, Math.max(first.grantedAt, second.grantedAt))) {
                    checkOrder(first, second);
                }
            }
        }
    }

    private void checkOrder(Hold first, Hold second) {
        findings.count(COMPARED);
        BigInteger fence = second.fence;
        boolean inOrder;
        if (fence != null && first.fence != null) {
            inOrder = first.fence.compareTo(fence) < 0;
        } else {
            // Of two slots the one that was granted first may be written down second.
            inOrder = first.isOfSemaphore() || first.grantedAt <= second.grantedAt;
        }
        if (!inOrder && !disturbances.wasUnseen(first)) {
            findings.violation(
                    Kind.ORDER, second + " was served before " + first + ", whose place was confirmed earlier");
        }
    }
}
