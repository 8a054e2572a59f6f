package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;
import java.util.concurrent.TimeUnit;

/** No call takes longer than its limit, apart from the time for which its process stood still. */
final class CallRule {

    private final Limits limits;

    private final Disturbances disturbances;

    private final Findings findings;

    CallRule(Limits limits, Disturbances disturbances, Findings findings) {
        this.limits = limits;
        this.disturbances = disturbances;
        this.findings = findings;
    }

    void check(Entry entry) {
        String[] details = entry.detail().split(" ", -1);
        long took = Long.parseLong(details[1]);
        long limit = Long.parseLong(details[2]);
        findings.count("calls `" + details[0] + "`");
        long late = TimeUnit.MILLISECONDS.toNanos(took - limit);
        if (late <= 0) {
            return;
        }
        findings.distribution("calls later than their limit, with the time for which their process stood still")
                .add(late);
        late -= disturbances.paused(entry.process(), entry.time() - TimeUnit.MILLISECONDS.toNanos(took), entry.time());
        if (late > 0) {
            findings.distribution("calls later than their limit, without it").add(late);
        }
        if (late > limits.callDelay().toNanos()) {
            findings.violation(
                    Violation.Kind.LATE_CALL,
                    details[0] + " for " + entry.resource() + " of " + entry.process() + " took " + took + " ms until "
                            + entry.time() + ", its limit is " + limit + " ms");
        }
    }
}
