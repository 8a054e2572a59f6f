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
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * An expression that SpEL evaluates in each call. One with a variable that no call would have is refused: it would be null
 * in every call.
 */
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
        check(label, attribute, text, expression.getAST(), variables);
        return new SpelGuardExpression(attribute, text, expression, variables.namesFrom(), targetClass, beanFactory);
    }

    private static void check(String label, String attribute, String text, SpelNode node, GuardVariables variables) {
        if (node instanceof VariableReference variable) {
            String name = variable.toStringAST().substring(1);
            if (!name.equals("root") && !name.equals("this") && !variables.contains(name)) {
                throw new LockDefinitionException(
                        label + ": " + attribute + " = \"" + text + "\" has the variable #" + name
                                + ", but the method has " + variables.describe(),
                        variables.namesKnown()
                                ? "Correct the name, or write #p0 for the first parameter."
                                : "Compile the class with -parameters (Maven: <parameters>true</parameters>), or write"
                                        + " #p0 for the first parameter.",
                        null);
            }
        }
        if (node instanceof Assign) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + text + "\" assigns",
                    "Write an expression that only reads.",
                    null);
        }
        for (int i = 0; i < node.getChildCount(); i++) {
            check(label, attribute, text, node.getChild(i), variables);
        }
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
