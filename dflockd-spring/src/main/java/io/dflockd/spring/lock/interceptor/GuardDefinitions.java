package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** What the annotation says for each method, parsed once. */
final class GuardDefinitions {

    private final Map<MethodClassKey, GuardDefinition> parsed = new ConcurrentHashMap<>();

    private final GuardType type;

    private final GuardAnnotations annotations;

    private final GuardDefinitionParser parser;

    GuardDefinitions(
            GuardType type,
            GuardAnnotations annotations,
            ConfigurableListableBeanFactory beanFactory,
            GuardOperations operations) {
        this.type = type;
        this.annotations = annotations;
        this.parser = new GuardDefinitionParser(type, beanFactory, operations);
    }

    /**
     * The definition for a method that has the annotation.
     *
     * @throws LockDefinitionException if the method cannot be guarded as it is written
     */
    GuardDefinition get(Method method, Class<?> targetClass) {
        MethodClassKey key = new MethodClassKey(method, targetClass);
        GuardDefinition definition = parsed.get(key);
        if (definition == null) {
            definition = parse(method, targetClass);
            parsed.put(key, definition);
        }
        return definition;
    }

    private GuardDefinition parse(Method method, Class<?> targetClass) {
        List<MergedAnnotation<?>> found = annotations.findAll(method, targetClass);
        if (found.isEmpty()) {
            throw new IllegalStateException(method + " of " + targetClass.getName() + " has no annotation");
        }
        if (found.size() > 1) {
            throw new LockDefinitionException(
                    type + " on " + AnnotatedMethod.name(method, ClassUtils.getUserClass(targetClass))
                            + " is given several times, and one call takes one lock: "
                            + found.stream().map(GuardDefinitions::describe).collect(Collectors.joining(", ")),
                    "Keep one of them. For several locks, call a guarded method of another bean, or use LockTemplate.",
                    null);
        }
        return parser.parse(found.get(0), method, targetClass);
    }

    private static String describe(MergedAnnotation<?> annotation) {
        MergedAnnotation<?> root = annotation.getRoot();
        return "@" + root.getType().getSimpleName() + " with name = \"" + annotation.getString("name") + "\" on "
                + annotation.getSource();
    }
}
