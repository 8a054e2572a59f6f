package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedClasses;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds one of the annotations: on the method, on what it overrides or implements, or on the type that declares it.
 */
public final class GuardAnnotations {

    private final Class<? extends Annotation> annotation;

    private final AnnotatedClasses classes;

    private final Map<Class<?>, Map<Method, MergedAnnotation<?>>> guarded = new ConcurrentHashMap<>();

    /**
     * Finds nothing yet.
     *
     * @param annotation what to look for
     */
    public GuardAnnotations(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
        this.classes = new AnnotatedClasses(annotation);
    }

    Class<? extends Annotation> annotation() {
        return annotation;
    }

    /** Whether an annotation guards one method rather than those of a type. */
    static boolean isOnMethod(MergedAnnotation<?> annotation) {
        return annotation.getSource() instanceof Method;
    }

    /**
     * Whether the class, a superclass or an interface has the annotation, on itself or on a method.
     *
     * @param type the class
     * @return false if there is nothing to guard
     */
    public boolean isOn(Class<?> type) {
        return classes.contains(type);
    }

    /** Whether any class that was asked for has guarded methods. */
    boolean haveMethods() {
        return guarded.values().stream().anyMatch(methods -> !methods.isEmpty());
    }

    /**
     * The methods that are guarded on objects of a class.
     *
     * @param type the class
     * @return the methods with their annotations
     */
    public Map<Method, MergedAnnotation<?>> guardedMethods(Class<?> type) {
        Map<Method, MergedAnnotation<?>> known = guarded.get(type);
        if (known == null) {
            known = MethodIntrospector.selectMethods(type, (Method method) -> find(method, type));
            guarded.put(type, known);
        }
        return known;
    }

    /**
     * The annotation that guards a method when it is called on an object of the class.
     *
     * @param method the method
     * @param targetClass the class
     * @return null if there is none
     */
    public @Nullable MergedAnnotation<?> find(Method method, Class<?> targetClass) {
        List<MergedAnnotation<?>> found = findAll(method, targetClass);
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * As {@link #find}, and others that have the same right to guard the method, as they say something else and neither
     * overrides the other.
     */
    List<MergedAnnotation<?>> findAll(Method method, Class<?> targetClass) {
        Method specific = AopUtils.getMostSpecificMethod(method, ClassUtils.getUserClass(targetClass));
        List<MergedAnnotation<?>> onMethod = on(specific);
        if (onMethod.isEmpty() && specific != method) {
            onMethod.addAll(on(method));
        }
        Inherited inherited = implementedByInheritance(specific, targetClass);
        onMethod.addAll(inherited.onMethods());
        if (!onMethod.isEmpty()) {
            return nearest(onMethod);
        }
        List<MergedAnnotation<?>> onType = onType(method, specific, targetClass);
        return nearest(onType.isEmpty() ? inherited.onTypes() : onType);
    }

    /** The annotations on an element itself, and on what it overrides, implements or extends. */
    private List<MergedAnnotation<?>> on(AnnotatedElement element) {
        return new ArrayList<>(MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).stream(annotation)
                .toList());
    }

    /** Without those that are overridden by others, and those that say the same as another. */
    private static List<MergedAnnotation<?>> nearest(List<MergedAnnotation<?>> annotations) {
        if (annotations.size() < 2) {
            return annotations;
        }
        List<MergedAnnotation<?>> nearest = new ArrayList<>();
        for (MergedAnnotation<?> candidate : annotations) {
            Class<?> declaring = declaring(candidate);
            boolean overridden = annotations.stream()
                    .map(GuardAnnotations::declaring)
                    .anyMatch(other -> other != declaring && declaring.isAssignableFrom(other));
            if (!overridden && nearest.stream().noneMatch(other -> other.asMap().equals(candidate.asMap()))) {
                nearest.add(candidate);
            }
        }
        return nearest;
    }

    private static Class<?> declaring(MergedAnnotation<?> annotation) {
        Object source = annotation.getSource();
        if (source instanceof Method method) {
            return method.getDeclaringClass();
        }
        return source instanceof Class<?> type ? type : Object.class;
    }

    private List<MergedAnnotation<?>> onType(Method method, Method specific, Class<?> targetClass) {
        if (ReflectionUtils.isObjectMethod(specific)
                || specific.isSynthetic()
                || Modifier.isStatic(specific.getModifiers())
                || Modifier.isPrivate(specific.getModifiers())) {
            return List.of();
        }
        List<MergedAnnotation<?>> onDeclaring = on(specific.getDeclaringClass());
        if (onDeclaring.isEmpty() && specific.getDeclaringClass().isInterface()) {
            onDeclaring = on(targetClass);
        }
        if (onDeclaring.isEmpty() && method.getDeclaringClass().isInterface()) {
            onDeclaring = on(method.getDeclaringClass());
        }
        return onDeclaring;
    }

    /** The superclass whose method implements an annotated one of an interface need not know the interface. */
    private Inherited implementedByInheritance(Method specific, Class<?> targetClass) {
        Inherited inherited = new Inherited(new ArrayList<>(), new ArrayList<>());
        if (specific.getDeclaringClass().isInterface() || !Modifier.isPublic(specific.getModifiers())) {
            return inherited;
        }
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        for (Class<?> declared : AnnotatedClasses.allInterfaces(userClass)) {
            if (!classes.containsDeclaring(declared) || declared.isAssignableFrom(specific.getDeclaringClass())) {
                continue;
            }
            for (Method candidate : declared.getDeclaredMethods()) {
                if (Modifier.isStatic(candidate.getModifiers())
                        || !candidate.getName().equals(specific.getName())
                        || !AopUtils.getMostSpecificMethod(candidate, userClass).equals(specific)) {
                    continue;
                }
                inherited.onMethods().addAll(on(candidate));
                inherited.onTypes().addAll(on(declared));
            }
        }
        return inherited;
    }

    /** What guards a method by the interfaces that it implements without knowing them. */
    private record Inherited(List<MergedAnnotation<?>> onMethods, List<MergedAnnotation<?>> onTypes) {}
}
