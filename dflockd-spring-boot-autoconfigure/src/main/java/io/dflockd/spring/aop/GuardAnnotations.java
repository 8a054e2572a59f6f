package io.dflockd.spring.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds one of the annotations: on the method, on what it overrides or implements, or on the type that declares it.
 * Remembers for each class whether there is anything to find.
 */
final class GuardAnnotations {

    private final Class<? extends Annotation> annotation;

    private final Map<Class<?>, Boolean> declared = new ConcurrentHashMap<>();

    private final Map<Class<?>, Boolean> inherited = new ConcurrentHashMap<>();

    private final Map<Class<?>, Map<Method, MergedAnnotation<?>>> guarded = new ConcurrentHashMap<>();

    GuardAnnotations(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
    }

    /** Whether the class, a superclass or an interface has the annotation, on itself or on a method. */
    boolean isOn(Class<?> type) {
        Boolean known = inherited.get(type);
        if (known == null) {
            known = search(type);
            inherited.put(type, known);
        }
        return known;
    }

    /** The methods that are guarded on objects of a class. */
    Map<Method, MergedAnnotation<?>> guardedMethods(Class<?> type) {
        Map<Method, MergedAnnotation<?>> known = guarded.get(type);
        if (known == null) {
            known = MethodIntrospector.selectMethods(type, (Method method) -> find(method, type));
            guarded.put(type, known);
        }
        return known;
    }

    /** The annotation that guards a method when it is called on an object of the class, or null. */
    @Nullable
    MergedAnnotation<?> find(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        MergedAnnotation<?> onMethod = on(specific);
        if (onMethod == null && specific != method) {
            onMethod = on(method);
        }
        if (onMethod != null) {
            return onMethod;
        }
        MergedAnnotation<?> onType = onType(method, specific, targetClass);
        return onType != null ? onType : onImplementedByInheritance(specific, targetClass);
    }

    /** The annotation on a method itself, or on what it overrides or implements, or null. */
    @Nullable
    MergedAnnotation<?> on(AnnotatedElement element) {
        MergedAnnotation<?> found =
                MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).get(annotation);
        return found.isPresent() ? found : null;
    }

    private @Nullable MergedAnnotation<?> onType(Method method, Method specific, Class<?> targetClass) {
        if (ReflectionUtils.isObjectMethod(specific)
                || specific.isSynthetic()
                || Modifier.isStatic(specific.getModifiers())
                || Modifier.isPrivate(specific.getModifiers())) {
            return null;
        }
        MergedAnnotation<?> onDeclaring = on(specific.getDeclaringClass());
        if (onDeclaring == null && specific.getDeclaringClass().isInterface()) {
            onDeclaring = on(targetClass);
        }
        if (onDeclaring == null && method.getDeclaringClass().isInterface()) {
            onDeclaring = on(method.getDeclaringClass());
        }
        return onDeclaring;
    }

    /** The superclass whose method implements an annotated one of an interface need not know the interface. */
    private @Nullable MergedAnnotation<?> onImplementedByInheritance(Method specific, Class<?> targetClass) {
        if (specific.getDeclaringClass().isInterface() || !Modifier.isPublic(specific.getModifiers())) {
            return null;
        }
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        MergedAnnotation<?> onInterface = null;
        for (Class<?> declared : allInterfaces(userClass)) {
            if (!isDeclaredOn(declared)) {
                continue;
            }
            for (Method candidate : declared.getDeclaredMethods()) {
                if (Modifier.isStatic(candidate.getModifiers())
                        || !candidate.getName().equals(specific.getName())
                        || !AopUtils.getMostSpecificMethod(candidate, userClass).equals(specific)) {
                    continue;
                }
                MergedAnnotation<?> onMethod = on(candidate);
                if (onMethod != null) {
                    return onMethod;
                }
                onInterface = onInterface != null ? onInterface : on(declared);
            }
        }
        return onInterface;
    }

    private boolean search(Class<?> type) {
        for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
            if (isDeclaredOn(current)) {
                return true;
            }
        }
        return allInterfaces(type).stream().anyMatch(this::isDeclaredOn);
    }

    /** Those that interfaces extend as well. */
    private static Set<Class<?>> allInterfaces(Class<?> type) {
        Set<Class<?>> all = new LinkedHashSet<>();
        for (Class<?> current = type; current != null; current = current.getSuperclass()) {
            addInterfaces(current, all);
        }
        return all;
    }

    private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
        for (Class<?> declared : type.getInterfaces()) {
            if (all.add(declared)) {
                addInterfaces(declared, all);
            }
        }
    }

    private boolean isDeclaredOn(Class<?> type) {
        Boolean known = declared.get(type);
        if (known == null) {
            known = AnnotationUtils.isCandidateClass(type, annotation) && isPresentOn(type);
            declared.put(type, known);
        }
        return known;
    }

    private boolean isPresentOn(Class<?> type) {
        if (MergedAnnotations.from(type).isPresent(annotation)) {
            return true;
        }
        boolean[] present = new boolean[1];
        ReflectionUtils.doWithLocalMethods(
                type, method -> present[0] |= MergedAnnotations.from(method).isPresent(annotation));
        return present[0];
    }
}
