package io.dflockd.spring.aop;

import io.dflockd.spring.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/** Parses expressions and refuses those with a variable that no call would have: it would be null in every call. */
final class GuardExpressionParser {

    private final SpelExpressionParser parser = new SpelExpressionParser();

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
        Method namesFrom = annotated != null && names(annotated) != null ? annotated : method;
        Map<String, Integer> variables = variables(namesFrom);
        SpelExpression expression;
        try {
            expression = parser.parseRaw(text);
        } catch (ParseException | IllegalStateException ex) {
            throw new LockDefinitionException(
                    label + ": " + attribute + " = \"" + text + "\" is not a SpEL expression: " + ex.getMessage(),
                    "Write an expression such as \"#id\" or \"'daily-' + #id\"; a fixed text belongs in the name.",
                    ex);
        }
        checkVariables(label, attribute, text, expression.getAST(), variables, namesFrom);
        Integer argument = text.startsWith("#") ? variables.get(text.substring(1)) : null;
        return new GuardExpression(attribute, text, expression, argument, namesFrom, targetClass, beanFactory);
    }

    private static void checkVariables(
            String label,
            String attribute,
            String text,
            SpelNode node,
            Map<String, Integer> variables,
            Method namesFrom) {
        if (node instanceof VariableReference variable) {
            String name = variable.toStringAST().substring(1);
            if (!name.equals("root") && !name.equals("this") && !variables.containsKey(name)) {
                throw new LockDefinitionException(
                        label + ": " + attribute + " = \"" + text + "\" has the variable #" + name
                                + ", but the method has " + known(namesFrom, variables),
                        names(namesFrom) == null
                                ? "Compile the class with -parameters (Maven: <parameters>true</parameters>), or write"
                                        + " #p0 for the first parameter."
                                : "Correct the name, or write #p0 for the first parameter.",
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
            checkVariables(label, attribute, text, node.getChild(i), variables, namesFrom);
        }
    }

    private static String known(Method namesFrom, Map<String, Integer> variables) {
        if (variables.isEmpty()) {
            return "no parameters";
        }
        return names(namesFrom) == null
                ? "no parameter names in its class file, so that the key would be the same for all calls"
                : "only " + String.join(", ", variables.keySet());
    }

    private static Map<String, Integer> variables(Method method) {
        int count = method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
        @Nullable String @Nullable [] names = names(method);
        Map<String, Integer> variables = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            if (names != null && i < names.length && names[i] != null) {
                variables.put(names[i], i);
            }
        }
        for (int i = 0; i < count; i++) {
            variables.putIfAbsent("p" + i, i);
            variables.putIfAbsent("a" + i, i);
        }
        return variables;
    }

    private static @Nullable String @Nullable [] names(Method method) {
        @Nullable
        String @Nullable [] names =
                DefaultParameterNameDiscoverer.getSharedInstance().getParameterNames(method);
        return names == null || Arrays.stream(names).allMatch(name -> name == null) ? emptyAsNull(names) : names;
    }

    /** A method without parameters has no names to miss. */
    private static @Nullable String @Nullable [] emptyAsNull(@Nullable String @Nullable [] names) {
        return names != null && names.length == 0 ? names : null;
    }
}
