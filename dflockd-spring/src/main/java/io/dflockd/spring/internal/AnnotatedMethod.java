package io.dflockd.spring.internal;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.StringJoiner;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** How texts name a method and its annotation. */
public final class AnnotatedMethod {

    private AnnotatedMethod() {}

    /**
     * Names the annotation that stands in the source, which may be one of the application, and the method.
     *
     * @param annotation on the method or on its type
     * @param method the method
     * @param type the class of the object
     * @return for example {@code @DistributedLocked on com.example.Orders.fulfil(String)}
     */
    public static String label(MergedAnnotation<?> annotation, Method method, Class<?> type) {
        return "@" + annotation.getRoot().getType().getSimpleName() + " on " + name(method, type);
    }

    /**
     * Names a method so that overloaded ones differ.
     *
     * @param method the method
     * @param type the class of the object
     * @return for example {@code com.example.Orders.fulfil(String)}
     */
    public static String name(Method method, Class<?> type) {
        Class<?> declaring = method.getDeclaringClass();
        boolean isProxied = Proxy.isProxyClass(type) || !declaring.isAssignableFrom(type);
        return ClassUtils.getQualifiedMethodName(method, isProxied ? declaring : type) + parameters(method);
    }

    /**
     * The types of the parameters.
     *
     * @param method the method
     * @return for example {@code (String, int)}
     */
    public static String parameters(Method method) {
        StringJoiner parameters = new StringJoiner(", ", "(", ")");
        for (Class<?> type : method.getParameterTypes()) {
            parameters.add(type.getSimpleName());
        }
        return parameters.toString();
    }

    /**
     * Whether the annotation that stands in the source has an attribute, so that a text may ask for it.
     *
     * @param annotation on the method or on its type
     * @param attribute the name of the attribute
     * @return false if an annotation of the application hides it
     */
    public static boolean canGive(MergedAnnotation<?> annotation, String attribute) {
        return ReflectionUtils.findMethod(annotation.getRoot().getType(), attribute) != null;
    }
}
