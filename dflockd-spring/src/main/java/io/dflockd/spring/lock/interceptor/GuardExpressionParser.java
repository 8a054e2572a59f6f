package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/** Parses expressions: those that are one argument by itself, and SpEL, whose classes are not loaded before it is needed. */
final class GuardExpressionParser {

    private final BeanFactory beanFactory;

    GuardExpressionParser(BeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /**
     * Parses.
     *
     * @param label which method and annotation, for error messages
     * @param attribute the attribute's name
     * @param text the expression
     * @param annotated the method that has the annotation, whose parameter names the author saw; null for a type's
     * @param method the method that is guarded
     */
    GuardExpression parse(
            String label,
            String attribute,
            String text,
            @Nullable Method annotated,
            Method method,
            Class<?> targetClass) {
        GuardVariables variables = new GuardVariables(annotated, method);
        Integer argument = variables.loneArgument(text);
        return argument != null
                ? new ArgumentExpression(attribute, text, argument)
                : SpelGuardExpression.parse(label, attribute, text, variables, targetClass, beanFactory);
    }
}
