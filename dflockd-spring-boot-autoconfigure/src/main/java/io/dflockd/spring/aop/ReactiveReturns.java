package io.dflockd.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

final class ReactiveReturns {

    private ReactiveReturns() {}

    static @Nullable GuardedReturn forMethod(String label, Method method, boolean skips) {
        return null;
    }
}
