package io.dflockd.spring.leader;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** One annotated method. */
record LeaderOnlyMethod(String role, LeaderRoles roles, LeaderOnlyReturn returned) {

    @Nullable
    Object invoke(MethodInvocation invocation) throws Throwable {
        return returned.invoke(invocation, () -> roles.isLeader(role));
    }
}
