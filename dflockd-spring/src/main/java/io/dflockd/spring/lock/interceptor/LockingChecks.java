package io.dflockd.spring.lock.interceptor;

import java.util.Arrays;

/** The checks of locks and limits before the first bean is made. */
final class LockingChecks extends EarlyGuardChecks {

    LockingChecks(GuardedMethods methods) {
        super(Arrays.stream(GuardType.values())
                .map(type -> GuardKind.of(methods.of(type)))
                .toList());
    }
}
