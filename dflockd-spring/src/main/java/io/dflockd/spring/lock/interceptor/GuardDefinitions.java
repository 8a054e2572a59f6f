package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;

/** What the annotation says for each method, parsed once. */
final class GuardDefinitions {

    private final Map<MethodClassKey, GuardDefinition> parsed = new ConcurrentHashMap<>();

    private final GuardAnnotations annotations;

    private final GuardDefinitionParser parser;

    GuardDefinitions(
            GuardType type,
            GuardAnnotations annotations,
            ConfigurableListableBeanFactory beanFactory,
            GuardOperations operations) {
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
        @Nullable MergedAnnotation<?> annotation = annotations.find(method, targetClass);
        if (annotation == null) {
            throw new IllegalStateException(method + " of " + targetClass.getName() + " has no annotation");
        }
        return parser.parse(annotation, method, targetClass);
    }
}
