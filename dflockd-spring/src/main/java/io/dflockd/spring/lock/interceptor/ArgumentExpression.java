package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** A lone argument, as in {@code #id}, which is read without SpEL: most keys are one. */
final class ArgumentExpression extends GuardExpression {

    private final int argument;

    ArgumentExpression(String attribute, String text, int argument) {
        super(attribute, text);
        this.argument = argument;
    }

    @Override
    @Nullable
    Object evaluate(Method method, @Nullable Object[] arguments, @Nullable Object target) {
        return arguments[argument];
    }
}
