package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** An expression of an annotation's attribute, parsed. */
abstract class GuardExpression {

    private final String attribute;

    private final String text;

    GuardExpression(String attribute, String text) {
        this.attribute = attribute;
        this.text = text;
    }

    final String attribute() {
        return attribute;
    }

    /** Its value in a call. */
    abstract @Nullable Object evaluate(Method method, @Nullable Object[] arguments, @Nullable Object target);

    @Override
    public final String toString() {
        return text;
    }
}
