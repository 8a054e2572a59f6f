package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;

/** The variables that an expression on a method can have: its arguments, by name where names are known, and by number. */
final class GuardVariables {

    private final Method namesFrom;

    private final boolean namesKnown;

    private final Map<String, Integer> arguments;

    /**
     * The variables of a method.
     *
     * @param annotated the method that has the annotation, whose parameter names the author saw; null for a type's
     * @param method the method that is guarded
     */
    GuardVariables(@Nullable Method annotated, Method method) {
        this.namesFrom = annotated != null && names(annotated) != null ? annotated : method;
        @Nullable String @Nullable [] names = names(namesFrom);
        this.namesKnown = names != null;
        this.arguments = arguments(namesFrom, names);
    }

    /** The method whose parameter names count. */
    Method namesFrom() {
        return namesFrom;
    }

    boolean namesKnown() {
        return namesKnown;
    }

    boolean contains(String name) {
        return arguments.containsKey(name);
    }

    /** The number of the argument that is all of an expression, or null where the expression is anything else. */
    @Nullable
    Integer loneArgument(String expression) {
        return expression.startsWith("#") ? arguments.get(expression.substring(1)) : null;
    }

    /** For error messages. */
    String describe() {
        if (arguments.isEmpty()) {
            return "no parameters";
        }
        return namesKnown
                ? "only " + String.join(", ", arguments.keySet())
                : "no parameter names in its class file, so that the key would be the same for all calls";
    }

    private static Map<String, Integer> arguments(Method method, @Nullable String @Nullable [] names) {
        int count = method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
        Map<String, Integer> arguments = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            if (names != null && i < names.length && names[i] != null) {
                arguments.put(names[i], i);
            }
        }
        for (int i = 0; i < count; i++) {
            arguments.putIfAbsent("p" + i, i);
            arguments.putIfAbsent("a" + i, i);
        }
        return arguments;
    }

    private static @Nullable String @Nullable [] names(Method method) {
        @Nullable
        String @Nullable [] names =
                DefaultParameterNameDiscoverer.getSharedInstance().getParameterNames(method);
        return names == null || !hasName(names) ? emptyAsNull(names) : names;
    }

    private static boolean hasName(@Nullable String[] names) {
        for (String name : names) {
            if (name != null) {
                return true;
            }
        }
        return false;
    }

    /** A method without parameters has no names to miss. */
    private static @Nullable String @Nullable [] emptyAsNull(@Nullable String @Nullable [] names) {
        return names != null && names.length == 0 ? names : null;
    }
}
