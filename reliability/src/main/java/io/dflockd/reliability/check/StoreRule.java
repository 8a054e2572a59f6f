package io.dflockd.reliability.check;

import io.dflockd.reliability.history.Entry;

/** A store that checks fences loses no update, even if holders write that have lost their lock. */
final class StoreRule {

    private final Limits limits;

    private final Disturbances disturbances;

    private final Findings findings;

    StoreRule(Limits limits, Disturbances disturbances, Findings findings) {
        this.limits = limits;
        this.disturbances = disturbances;
        this.findings = findings;
    }

    void check(Entry entry) {
        String[] details = entry.detail().split(" ", -1);
        String read = details[1];
        String found = details[2];
        String outcome = details[3];
        findings.count("writes with a fence, " + outcome);
        if (outcome.equals("taken") && !read.equals(found)) {
            long since = Long.parseLong(details[4]);
            // Fences that begin again do not tell the holders of before from those of after.
            if (limits.fencesOutliveServers() || !disturbances.serverForgot(since, entry.time())) {
                findings.violation(
                        Violation.Kind.LOST_UPDATE,
                        entry.resource() + " had " + found + " when " + entry.process() + " wrote with fence "
                                + details[0] + " after it had read " + read);
            }
        }
    }
}
