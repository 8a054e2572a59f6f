package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import java.lang.annotation.Annotation;

/** The annotations that guard methods. */
enum GuardType {
    LOCK(DistributedLocked.class),
    LIMIT(DistributedConcurrencyLimit.class);

    private final Class<? extends Annotation> annotation;

    GuardType(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
    }

    Class<? extends Annotation> annotation() {
        return annotation;
    }

    @Override
    public String toString() {
        return "@" + annotation.getSimpleName();
    }
}
