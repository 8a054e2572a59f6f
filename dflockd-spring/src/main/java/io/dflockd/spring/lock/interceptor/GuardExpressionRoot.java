package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** {@code #root} of expressions in annotations: the call that is to be guarded. */
public final class GuardExpressionRoot {

    private final Method method;

    private final @Nullable Object[] args;

    private final @Nullable Object target;

    private final Class<?> targetClass;

    GuardExpressionRoot(Method method, @Nullable Object[] args, @Nullable Object target, Class<?> targetClass) {
        this.method = method;
        this.args = args;
        this.target = target;
        this.targetClass = targetClass;
    }

    /**
     * The method that is called.
     *
     * @return the method of the target's class
     */
    public Method getMethod() {
        return method;
    }

    /**
     * Its name.
     *
     * @return the name
     */
    public String getMethodName() {
        return method.getName();
    }

    /**
     * The arguments.
     *
     * @return the arguments
     */
    public @Nullable Object[] getArgs() {
        return args;
    }

    /**
     * The object behind the proxy.
     *
     * @return the target
     */
    public @Nullable Object getTarget() {
        return target;
    }

    /**
     * Its class.
     *
     * @return the class
     */
    public Class<?> getTargetClass() {
        return targetClass;
    }
}
