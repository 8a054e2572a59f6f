package io.dflockd.spring.lock.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/** The advisors in front of a bean, outermost first, through nested proxies. */
public final class ProxyChain {

    private ProxyChain() {}

    /**
     * The advisors in front of a bean.
     *
     * @param bean the bean, perhaps a proxy
     * @return outermost first; empty without a proxy
     */
    public static List<Advisor> advisorsOf(Object bean) {
        List<Advisor> advisors = new ArrayList<>();
        Advised proxy = proxy(bean);
        while (proxy != null) {
            advisors.addAll(Arrays.asList(proxy.getAdvisors()));
            proxy = proxy(targetOf(proxy));
        }
        return advisors;
    }

    /** A factory bean of proxies has advisors too, but none of them in front of it. */
    private static @Nullable Advised proxy(@Nullable Object bean) {
        return bean instanceof Advised advised && AopUtils.isAopProxy(bean) ? advised : null;
    }

    /** The class behind all proxies. */
    static Class<?> targetClass(Object bean) {
        return bean instanceof Advised && proxy(bean) == null
                ? bean.getClass()
                : AopProxyUtils.ultimateTargetClass(bean);
    }

    /**
     * The class that has an annotation: the one behind all proxies, or that of a proxy that others made and that implements
     * what has no class, such as a repository.
     *
     * @param bean the bean, perhaps a proxy
     * @param targetClass the class behind all proxies
     * @param annotations the annotation
     * @return null if no class has it
     */
    public static @Nullable Class<?> guardedClass(Object bean, Class<?> targetClass, GuardAnnotations annotations) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        if (annotations.isOn(userClass)) {
            return userClass;
        }
        Class<?> found = null;
        Object current = bean;
        while (current != null && current.getClass() != targetClass) {
            if (isOnProxy(annotations, current.getClass())) {
                found = current.getClass();
            }
            Advised proxy = proxy(current);
            current = proxy == null ? null : targetOf(proxy);
        }
        return found;
    }

    /** Does not read the methods of the class of a proxy: those that have the annotation are of its superclass or interfaces. */
    private static boolean isOnProxy(GuardAnnotations annotations, Class<?> type) {
        if (!Proxy.isProxyClass(type) && annotations.isOn(ClassUtils.getUserClass(type))) {
            return true;
        }
        for (Class<?> declared : type.getInterfaces()) {
            if (annotations.isOn(declared)) {
                return true;
            }
        }
        return false;
    }

    /** Refuses a lock inside a transaction, and one outside the hand-over to an asynchronous thread. */
    static void checkOrder(
            String beanName,
            List<Advisor> chain,
            GuardAdvisor ours,
            Method method,
            Class<?> targetClass,
            GuardDefinition definition) {
        int position = chain.indexOf(ours);
        for (int i = 0; i < chain.size(); i++) {
            Advisor other = chain.get(i);
            if (i < position && isTransaction(other) && applies(other, method, targetClass)) {
                throw ours.kind()
                        .refusal(
                                beanName,
                                definition.label(),
                                "would lock inside its transaction, and the lock would be free before the commit",
                                "Give @EnableDistributedLocking an order below that of the transactions (Ordered.LOWEST_PRECEDENCE"
                                        + " unless changed by @EnableTransactionManagement), or leave both out.");
            }
            if (i > position
                    && other.getAdvice() instanceof AsyncExecutionInterceptor
                    && applies(other, method, targetClass)) {
                throw ours.kind()
                        .refusal(
                                beanName,
                                definition.label(),
                                "would lock on the calling thread, and the lock would be free before @Async begins",
                                "Let @EnableAsync put its interceptor first, as it does by default.");
            }
        }
    }

    private static boolean isTransaction(Advisor advisor) {
        return Transactions.INTERCEPTOR != null && Transactions.INTERCEPTOR.isInstance(advisor.getAdvice());
    }

    static boolean applies(Advisor advisor, Method method, Class<?> targetClass) {
        return !(advisor instanceof PointcutAdvisor pointcut)
                || (pointcut.getPointcut().getClassFilter().matches(targetClass)
                        && pointcut.getPointcut()
                                .getMethodMatcher()
                                .matches(AopUtils.getMostSpecificMethod(method, targetClass), targetClass));
    }

    private static @Nullable Object targetOf(Advised advised) {
        if (!advised.getTargetSource().isStatic()) {
            return null;
        }
        try {
            return advised.getTargetSource().getTarget();
        } catch (Exception ex) {
            return null;
        }
    }

    /** Looks for the class when the first chain has something outside of a lock. */
    private static final class Transactions {

        static final @Nullable Class<?> INTERCEPTOR =
                load("org.springframework.transaction.interceptor.TransactionInterceptor");

        private static @Nullable Class<?> load(String name) {
            ClassLoader classLoader = ProxyChain.class.getClassLoader();
            return ClassUtils.isPresent(name, classLoader) ? ClassUtils.resolveClassName(name, classLoader) : null;
        }
    }
}
