package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.context.expression.MethodBasedEvaluationContext;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/** An expression that SpEL evaluates in each call. */
final class SpelGuardExpression extends GuardExpression {

    private static final SpelExpressionParser PARSER = new SpelExpressionParser();

    private final Expression expression;

    private final Method namesFrom;

    private final Class<?> targetClass;

    /** Lends its accessors to the context of each call: they remember how a property was resolved. */
    private final StandardEvaluationContext shared = new StandardEvaluationContext();

    private SpelGuardExpression(
            String attribute,
            String text,
            Expression expression,
            Method namesFrom,
            Class<?> targetClass,
            BeanFactory beanFactory) {
        super(attribute, text);
        this.expression = expression;
        this.namesFrom = namesFrom;
        this.targetClass = targetClass;
        shared.setBeanResolver(new BeanFactoryResolver(beanFactory));
    }

    static SpelGuardExpression parse(
            String label,
            String attribute,
            String text,
            GuardVariables variables,
            Class<?> targetClass,
            BeanFactory beanFactory) {
        SpelExpression expression;
        try {
            expression = PARSER.parseRaw(text);
        } catch (ParseException | IllegalStateException ex) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + text + "\" is not a SpEL expression: " + ex.getMessage(),
                    "Write an expression such as \"#id\" or \"'daily-' + #id\"; a fixed text belongs in the name.",
                    ex);
        }
        new ExpressionChecks(label, attribute, text, variables).check(expression.getAST());
        return new SpelGuardExpression(attribute, text, expression, variables.namesFrom(), targetClass, beanFactory);
    }

    @Override
    @Nullable
    Object evaluate(Method method, @Nullable Object[] arguments, @Nullable Object target) {
        MethodBasedEvaluationContext context = new MethodBasedEvaluationContext(
                new GuardExpressionRoot(method, arguments, target, targetClass),
                namesFrom,
                arguments,
                DefaultParameterNameDiscoverer.getSharedInstance());
        shared.applyDelegatesTo(context);
        return expression.getValue(context);
    }
}
