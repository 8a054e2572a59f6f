package io.dflockd.spring.internal;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** Which methods of a bean a proxy in front of it can intercept. */
public final class ProxyReach {

    private ProxyReach() {}

    /**
     * Whether a proxy by subclass cannot see a method, because it is package-private elsewhere.
     *
     * @param proxy the class of the proxy
     * @param method the method
     * @return true if the proxy cannot override it
     */
    public static boolean isHiddenFrom(Class<?> proxy, Method method) {
        int packagePrivate = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.PRIVATE;
        Class<?> declaring = method.getDeclaringClass();
        return (method.getModifiers() & packagePrivate) == 0
                && !(declaring.getPackageName().equals(proxy.getPackageName())
                        && declaring.getClassLoader() == proxy.getClassLoader());
    }

    /**
     * Whether a method can be called through a JDK proxy.
     *
     * @param bean the proxy
     * @param method the method of the target
     * @param userClass the class of the target
     * @return false if no interface of the proxy declares it
     */
    public static boolean isDeclaredByInterface(Object bean, Method method, Class<?> userClass) {
        for (Class<?> declared : ClassUtils.getAllInterfacesForClass(bean.getClass())) {
            if (method.getDeclaringClass() == declared) {
                return true;
            }
            for (Method candidate : declared.getMethods()) {
                if (AopUtils.getMostSpecificMethod(candidate, userClass).equals(method)) {
                    return true;
                }
            }
        }
        return false;
    }
}
