package io.dflockd.spring.aop;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** An expression of an annotation's attribute, parsed. A lone argument, as in {@code #id}, is read without SpEL. */
final class GuardExpression {

    private static final int NO_ARGUMENT = -1;

    private final String attribute;

    private final String text;

    private final Expression expression;

    private final int argument;

    private final Method namesFrom;

    private final Class<?> targetClass;

    /** Lends its accessors to the context of each call: they remember how a property was resolved. */
    private final StandardEvaluationContext shared = new StandardEvaluationContext();

    GuardExpression(
            String attribute,
            String text,
            Expression expression,
            @Nullable Integer argument,
            Method namesFrom,
            Class<?> targetClass,
            BeanFactory beanFactory) {
        this.attribute = attribute;
        this.text = text;
        this.expression = expression;
        this.argument = argument == null ? NO_ARGUMENT : argument;
        this.namesFrom = namesFrom;
        this.targetClass = targetClass;
        shared.setBeanResolver(new BeanFactoryResolver(beanFactory));
    }

    String attribute() {
        return attribute;
    }

    @Nullable
    Object evaluate(Method method, @Nullable Object[] arguments, @Nullable Object target) {
        if (argument != NO_ARGUMENT) {
            return arguments[argument];
        }
        MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(
                new GuardExpressionRoot(method, arguments, target, targetClass),
                namesFrom,
                arguments,
                DefaultParameterNameDiscoverer.getSharedInstance());
        shared.applyDelegatesTo(context);
        return expression.getValue(context);
    }

    @Override
    public String toString() {
        return text;
    }
}
