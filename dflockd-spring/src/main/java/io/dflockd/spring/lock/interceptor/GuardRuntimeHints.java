package io.dflockd.spring.lock.interceptor;

import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** What expressions reach by reflection. */
final class GuardRuntimeHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.reflection().registerType(GuardExpressionRoot.class, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
}
