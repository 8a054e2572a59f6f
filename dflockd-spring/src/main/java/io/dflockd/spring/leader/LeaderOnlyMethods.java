package io.dflockd.spring.leader;

import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.interceptor.GuardAnnotations;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** What {@link LeaderOnly} says for each method, parsed once. Thread-safe. */
final class LeaderOnlyMethods {

    private final Map<MethodClassKey, LeaderOnlyMethod> parsed = new ConcurrentHashMap<>();

    private final GuardAnnotations annotations;

    private final ConfigurableListableBeanFactory beanFactory;

    LeaderOnlyMethods(GuardAnnotations annotations, ConfigurableListableBeanFactory beanFactory) {
        this.annotations = annotations;
        this.beanFactory = beanFactory;
    }

    /** The definition for a method that has the annotation; refuses one that cannot work. */
    LeaderOnlyMethod get(Method method, Class<?> targetClass) {
        MethodClassKey key = new MethodClassKey(method, targetClass);
        LeaderOnlyMethod known = parsed.get(key);
        if (known == null) {
            known = parse(method, ClassUtils.getUserClass(targetClass));
            parsed.put(key, known);
        }
        return known;
    }

    private LeaderOnlyMethod parse(Method method, Class<?> userClass) {
        MergedAnnotation<?> annotation = annotations.find(method, userClass);
        // A proxy of another says nothing about what is null.
        Method specific = Proxy.isProxyClass(userClass) ? method : AopUtils.getMostSpecificMethod(method, userClass);
        if (annotation == null) {
            throw new IllegalStateException(method + " of " + userClass.getName() + " has no annotation");
        }
        String label = AnnotatedMethod.label(annotation, specific, userClass);
        String role = resolve(label, annotation.getString("value"));
        return new LeaderOnlyMethod(role, roles(label, role), LeaderOnlyReturn.forMethod(label, specific, userClass));
    }

    private String resolve(String label, String text) {
        String resolved;
        try {
            resolved = beanFactory.resolveEmbeddedValue(text);
        } catch (IllegalArgumentException ex) {
            throw new LockDefinitionException(
                    label + ": role \"" + text + "\" cannot be resolved: " + ex.getMessage(),
                    "Set the property, or give a default as in ${property:default}.",
                    ex);
        }
        if (resolved == null || resolved.isBlank()) {
            throw new LockDefinitionException(label + " gives no role", "Give a role such as \"billing\".", null);
        }
        return resolved;
    }

    private static Set<String> rolesOf(List<LeaderRoles> all) {
        return all.stream().flatMap(each -> each.roles().stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private LeaderRoles roles(String label, String role) {
        List<LeaderRoles> all =
                beanFactory.getBeanProvider(LeaderRoles.class).stream().toList();
        List<LeaderRoles> found =
                all.stream().filter(each -> each.roles().contains(role)).toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.size() > 1) {
            throw new LockDefinitionException(
                    label + ": role \"" + role + "\" has several elections: " + found,
                    "Give the roles different names.",
                    null);
        }
        if (all.isEmpty()) {
            throw new LockDefinitionException(
                    label + ": role \"" + role + "\" has no election, because there is no LeaderRoles bean",
                    "Define one. With Spring Boot it is auto-configured unless dflockd.enabled=false; to lead every role without"
                            + " a server, in a test for example, set dflockd.without-locking=true as well.",
                    null);
        }
        throw new LockDefinitionException(
                label + ": role \"" + role + "\" has no election; " + LeaderRoles.describe(rolesOf(all)),
                "Add it to dflockd.leader.roles, or define a LeaderRoles bean with it.",
                null);
    }
}
