package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedClasses;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
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
final class GuardAnnotations {

    private final Class<? extends Annotation> annotation;

    private final AnnotatedClasses classes;

    private final Map<Class<?>, Map<Method, MergedAnnotation<?>>> guarded = new ConcurrentHashMap<>();

    GuardAnnotations(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
        this.classes = new AnnotatedClasses(annotation);
    }

    /** Whether an annotation guards one method rather than those of a type. */
    static boolean isOnMethod(MergedAnnotation<?> annotation) {
        return annotation.getSource() instanceof Method;
    }

    /** Whether the class, a superclass or an interface has the annotation, on itself or on a method. */
    boolean isOn(Class<?> type) {
        return classes.contains(type);
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
        for (Class<?> declared : AnnotatedClasses.allInterfaces(userClass)) {
            if (!classes.containsDeclaring(declared)) {
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
}
