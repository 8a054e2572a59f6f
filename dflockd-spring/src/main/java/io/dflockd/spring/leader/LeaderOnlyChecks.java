package io.dflockd.spring.leader;

import io.dflockd.spring.lock.interceptor.EarlyGuardChecks;
import io.dflockd.spring.lock.interceptor.GuardAnnotations;
import io.dflockd.spring.lock.interceptor.GuardKind;
import java.util.List;

/** The checks before the first bean is made. */
final class LeaderOnlyChecks extends EarlyGuardChecks {

    private final GuardKind kind;

    LeaderOnlyChecks() {
        this(new GuardKind(
                new GuardAnnotations(LeaderOnly.class), "would run on every node", "ask LeaderRoles.isLeader"));
    }

    private LeaderOnlyChecks(GuardKind kind) {
        super(List.of(kind));
        this.kind = kind;
    }

    /** What is checked, looked up once for advisor and checks. */
    GuardKind kind() {
        return kind;
    }
}
