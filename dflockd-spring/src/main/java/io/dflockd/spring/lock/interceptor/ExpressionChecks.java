package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.VariableReference;

/**
 * Refuses expressions that would fail, or be null, in every call: with a variable that no call has, or with a property or
 * method that {@code #root} lacks, as {@code id} where {@code #id} is meant.
 */
final class ExpressionChecks {

    private static final Set<String> ROOT_PROPERTIES = new TreeSet<>();

    private static final Set<String> ROOT_METHODS = new TreeSet<>();

    static {
        for (Method method : GuardExpressionRoot.class.getMethods()) {
            ROOT_METHODS.add(method.getName());
            if (method.getName().startsWith("get") && method.getParameterCount() == 0) {
                ROOT_PROPERTIES.add(Introspector.decapitalize(method.getName().substring(3)));
            }
        }
    }

    private final String label;

    private final String attribute;

    private final String text;

    private final GuardVariables variables;

    ExpressionChecks(String label, String attribute, String text, GuardVariables variables) {
        this.label = label;
        this.attribute = attribute;
        this.text = text;
        this.variables = variables;
    }

    void check(SpelNode expression) {
        check(expression, true, true);
    }

    /**
     * Checks a node.
     *
     * @param ofRoot whether a property is one of {@code #root}, rather than of what precedes it
     * @param argumentsOfRoot the same for the arguments of a call: not so within a projection or selection
     */
    private void check(SpelNode node, boolean ofRoot, boolean argumentsOfRoot) {
        if (node instanceof VariableReference variable) {
            checkVariable(variable.toStringAST().substring(1));
        } else if (node instanceof Assign) {
            throw refused(" assigns", "Write an expression that only reads.");
        } else if (node instanceof FunctionReference function) {
            throw refused(
                    " calls the function " + function.toStringAST() + ", but there are no functions",
                    "Write T(type).method(...) for a static method, or @bean.method(...) for a method of a bean.");
        } else if (node instanceof PropertyOrFieldReference property && ofRoot) {
            checkProperty(property.getName());
        } else if (node instanceof MethodReference method && ofRoot && !ROOT_METHODS.contains(method.getName())) {
            throw refused(
                    " calls " + method.getName() + "(), but #root has only " + ROOT_METHODS,
                    "Write #root.target." + method.getName() + "(...) for a method of the bean.");
        }
        checkChildren(node, ofRoot, argumentsOfRoot);
    }

    private void checkChildren(SpelNode node, boolean ofRoot, boolean argumentsOfRoot) {
        boolean call =
                node instanceof MethodReference || node instanceof ConstructorReference || node instanceof Indexer;
        boolean scope = node instanceof Projection || node instanceof Selection;
        for (int i = 0; i < node.getChildCount(); i++) {
            SpelNode child = node.getChild(i);
            boolean name = (node instanceof Indexer || (node instanceof InlineMap && i % 2 == 0))
                    && child instanceof PropertyOrFieldReference;
            if (name) {
                continue;
            }
            if (scope) {
                check(child, false, false);
            } else if (call) {
                check(child, argumentsOfRoot, argumentsOfRoot);
            } else {
                check(child, ofRoot && !(node instanceof CompoundExpression && i > 0), argumentsOfRoot);
            }
        }
    }

    private void checkVariable(String name) {
        if (!name.equals("root") && !name.equals("this") && !variables.contains(name)) {
            throw refused(
                    " has the variable #" + name + ", but the method has " + variables.describe(),
                    variables.namesKnown()
                            ? "Correct the name, or write #p0 for the first parameter."
                            : "Compile the class with -parameters (Maven: <parameters>true</parameters>), or write"
                                    + " #p0 for the first parameter.");
        }
    }

    private void checkProperty(String name) {
        if (ROOT_PROPERTIES.contains(name)) {
            return;
        }
        String meant = meant(name);
        throw refused(
                " has the property " + name + ", but #root has only " + ROOT_PROPERTIES,
                (meant == null ? "" : "Did you mean \"" + meant + "\"? ")
                        + "An argument is written #name, and a text 'text'.");
    }

    private @Nullable String meant(String name) {
        if (variables.contains(name)) {
            return "#" + name;
        }
        return text.equals(name) ? "'" + name + "'" : null;
    }

    private LockDefinitionException refused(String problem, String action) {
        return new LockDefinitionException(label + ": " + attribute + " = \"" + text + "\"" + problem, action, null);
    }
}
