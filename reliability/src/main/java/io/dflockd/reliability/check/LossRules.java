package io.dflockd.reliability.check;

import io.dflockd.reliability.check.Violation.Kind;
import io.dflockd.reliability.history.Entry;

/** Each loss is reported, once and soon, and nothing else is. */
final class LossRules {

    private final Limits limits;

    private final Disturbances disturbances;

    private final Findings findings;

    LossRules(Limits limits, Disturbances disturbances, Findings findings) {
        this.limits = limits;
        this.disturbances = disturbances;
        this.findings = findings;
    }

    /** A process that was killed had no time to report it. */
    void check(Hold hold, boolean wasKilled) {
        hold.losses.forEach(loss -> findings.count("losses `" + loss.detail() + "`"));
        Entry end = hold.end;
        if (hold.losses.size() > 1 || (!hold.losses.isEmpty() && end != null && !hold.endedAsLost())) {
            findings.violation(Kind.LOSS_DOUBLED, hold + " has " + hold.losses.size() + " losses, ended as " + end);
        }
        if (end == null || !hold.endedAsLost()) {
            return;
        }
        if (hold.losses.isEmpty()) {
            if (!wasKilled) {
                findings.violation(Kind.LOSS_MISSED, hold + " was lost, and its listener was not called");
            }
            return;
        }
        long loss = hold.losses.get(0).time();
        long late = loss - end.time() - disturbances.paused(hold.process, end.time(), loss);
        if (late > limits.lossDelay().toNanos()) {
            findings.violation(
                    Kind.LOSS_LATE, hold + " was lost, and its listener was called " + late / 1_000_000 + " ms later");
        }
    }
}
