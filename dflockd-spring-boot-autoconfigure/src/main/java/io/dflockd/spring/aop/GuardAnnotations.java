package io.dflockd.spring.aop;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
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
        return onMethod != null ? onMethod : onType(method, specific, targetClass);
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

    private boolean search(Class<?> type) {
        for (Class<?> current = type; current != null && current != Object.class; current = current.getSuperclass()) {
            if (isDeclaredOn(current)) {
                return true;
            }
        }
        return Arrays.stream(ClassUtils.getAllInterfacesForClass(type)).anyMatch(this::isDeclaredOn);
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
