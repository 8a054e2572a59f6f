package io.dflockd.spring.lock.interceptor;

import java.util.EnumMap;
import java.util.Map;
import org.springframework.aop.framework.AopInfrastructureBean;

/** Which methods have the annotations, looked up once for advisors and checks. Thread-safe. */
final class GuardedMethods implements AopInfrastructureBean {

    private final Map<GuardType, GuardAnnotations> annotations = new EnumMap<>(GuardType.class);

    GuardedMethods() {
        for (GuardType type : GuardType.values()) {
            annotations.put(type, new GuardAnnotations(type.annotation()));
        }
    }

    GuardAnnotations of(GuardType type) {
        GuardAnnotations found = annotations.get(type);
        if (found == null) {
            throw new IllegalStateException("no annotations of " + type);
        }
        return found;
    }

    /** Whether any class that was looked at has guarded methods. */
    boolean areFound() {
        return annotations.values().stream().anyMatch(GuardAnnotations::haveMethods);
    }
}
