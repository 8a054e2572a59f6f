package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.internal.ProxyReach;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.util.ClassUtils;

/** What must be true of a class with annotated methods, and of the proxy in front of it. */
final class GuardChecks {

    private final List<GuardAdvisor> advisors;

    private final GuardedProxies proxies;

    private final ClientChecks clients;

    private final HoldLimitChecks limits;

    /** Runs what makes a client: not before all singletons are made. */
    private final Consumer<Runnable> withClients;

    private final StartWarnings warnings = new StartWarnings();

    GuardChecks(
            List<GuardAdvisor> advisors,
            GuardedProxies proxies,
            ClientChecks clients,
            HoldLimitChecks limits,
            Consumer<Runnable> withClients) {
        this.advisors = advisors;
        this.proxies = proxies;
        this.clients = clients;
        this.limits = limits;
        this.withClients = withClients;
    }

    /** Checks what can be known without an instance. */
    void checkType(String beanName, Class<?> type, @Nullable BeanDefinition beanDefinition, boolean proxied) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        for (GuardAdvisor advisor : advisors) {
            if (advisor.annotations().isOn(userClass)) {
                for (Map.Entry<Method, MergedAnnotation<?>> guarded : guardedMethods(advisor, userClass)) {
                    GuardDefinition definition = checkMethod(
                            beanName, advisor, guarded.getKey(), userClass, guarded.getValue(), beanDefinition);
                    if (!proxied) {
                        throw withoutProxy(beanName, advisor, definition, "is on a bean without a proxy");
                    }
                }
            }
        }
    }

    /** Checks a bean as others get it. */
    void checkBean(
            String beanName,
            Object bean,
            Class<?> targetClass,
            @Nullable BeanDefinition beanDefinition,
            boolean recorded) {
        for (GuardAdvisor advisor : advisors) {
            Class<?> userClass = ProxyChain.guardedClass(bean, targetClass, advisor.annotations());
            if (userClass == null) {
                continue;
            }
            List<Advisor> chain = ProxyChain.advisorsOf(bean);
            for (Map.Entry<Method, MergedAnnotation<?>> guarded : guardedMethods(advisor, userClass)) {
                Method method = guarded.getKey();
                MergedAnnotation<?> annotation = guarded.getValue();
                GuardDefinition definition =
                        checkMethod(beanName, advisor, method, userClass, annotation, beanDefinition);
                checkProxied(beanName, bean, chain, advisor, definition, recorded);
                checkReached(beanName, bean, method, userClass, annotation, advisor, definition);
                if (chain.contains(advisor)) {
                    ProxyChain.checkOrder(beanName, chain, advisor, method, userClass, definition);
                    warnings.writeOfRetry(beanName, chain, advisor, method, userClass, definition);
                    if (StartWarnings.isScheduled(method)) {
                        withClients.accept(() -> warnings.writeOfJob(beanName, advisor.type(), definition));
                    } else if (StartWarnings.isJob(annotation)) {
                        warnings.writeOfJobWithoutSchedule(beanName, definition);
                    }
                }
            }
        }
    }

    /** Checks a bean that others, its own post-processors among them, got in two forms: as it is and as a proxy. */
    void checkExposedEarly(String beanName, Class<?> targetClass) {
        Class<?> userClass = ClassUtils.getUserClass(targetClass);
        for (GuardAdvisor advisor : advisors) {
            if (!advisor.annotations().isOn(userClass)) {
                continue;
            }
            for (Map.Entry<Method, MergedAnnotation<?>> guarded : guardedMethods(advisor, userClass)) {
                Method method = guarded.getKey();
                if (ContainerCalls.isByPostProcessor(method)) {
                    throw advisor.kind()
                            .refusal(
                                    beanName,
                                    AnnotatedMethod.label(guarded.getValue(), method, userClass),
                                    "is called on the bean itself, past its proxy, because the bean is part of a circular"
                                            + " reference",
                                    "Resolve the circular reference, for example with a @Lazy injection point, or use"
                                            + " LockTemplate.");
                }
            }
        }
    }

    private static Set<Map.Entry<Method, MergedAnnotation<?>>> guardedMethods(
            GuardAdvisor advisor, Class<?> userClass) {
        return advisor.annotations().guardedMethods(userClass).entrySet();
    }

    private GuardDefinition checkMethod(
            String beanName,
            GuardAdvisor advisor,
            Method method,
            Class<?> userClass,
            MergedAnnotation<?> annotation,
            @Nullable BeanDefinition beanDefinition) {
        String label = AnnotatedMethod.label(annotation, method, userClass);
        if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
            throw advisor.kind()
                    .refusal(
                            beanName,
                            label,
                            "is " + (Modifier.isPrivate(method.getModifiers()) ? "private" : "static")
                                    + ", so that no proxy can stand before it",
                            "Make it a public instance method that is called through the bean, or use LockTemplate.");
        }
        ContainerCalls.refuse(beanName, method, userClass, annotation, beanDefinition, advisor.kind());
        GuardDefinition definition = naming(beanName, () -> {
            GuardDefinition parsed = advisor.definitions().get(method, userClass);
            clients.check(advisor.type(), parsed);
            refuseSameKey(advisor, parsed, method, userClass);
            return parsed;
        });
        withClients.accept(() -> naming(beanName, () -> limits.checked(definition)));
        if (NameChecks.needsEncoding(definition)) {
            withClients.accept(() -> naming(beanName, () -> {
                NameChecks.check(definition);
                return definition;
            }));
        }
        return definition;
    }

    /** Says in a refusal which bean it is. */
    private static <T> T naming(String beanName, Supplier<T> check) {
        try {
            return check.get();
        } catch (LockDefinitionException ex) {
            throw new LockDefinitionException(
                    "bean '" + beanName + "': " + ex.description(), ex.action(), ex.getCause());
        }
    }

    /** A lock and a semaphore of one key would be asked for one within the other. */
    private void refuseSameKey(GuardAdvisor advisor, GuardDefinition definition, Method method, Class<?> userClass) {
        for (GuardAdvisor other : advisors) {
            if (other != advisor
                    && other.annotations().find(method, userClass) != null
                    && other.definitions().get(method, userClass).hasKeyOf(definition)) {
                throw new LockDefinitionException(
                        definition.label() + " has the name and the key of " + other.type()
                                + " on the same method, so that each call would wait for itself: \""
                                + definition.options().name() + "\"",
                        "Give them different names.",
                        null);
            }
        }
    }

    private void checkProxied(
            String beanName,
            Object bean,
            List<Advisor> chain,
            GuardAdvisor advisor,
            GuardDefinition definition,
            boolean recorded) {
        if (chain.contains(advisor) || (recorded && proxies.contains(beanName, bean, advisor))) {
            return;
        }
        throw withoutProxy(
                beanName,
                advisor,
                definition,
                AopUtils.isAopProxy(bean)
                        ? "is on a proxy without the lock's interceptor"
                        : "is on a bean without a proxy");
    }

    private static LockDefinitionException withoutProxy(
            String beanName, GuardAdvisor advisor, GuardDefinition definition, String why) {
        return advisor.kind()
                .refusal(
                        beanName,
                        definition.label(),
                        why,
                        "Usually the bean was made too early, because a BeanPostProcessor or BeanFactoryPostProcessor depends on it:"
                                + " declare that one's @Bean method static and give it an ObjectProvider or a @Lazy parameter. A"
                                + " bean of a child context needs @EnableDistributedLocking, or the auto-configuration, there. Or"
                                + " use LockTemplate.");
    }

    private static void checkReached(
            String beanName,
            Object bean,
            Method method,
            Class<?> userClass,
            MergedAnnotation<?> annotation,
            GuardAdvisor advisor,
            GuardDefinition definition) {
        if (!Proxy.isProxyClass(bean.getClass())) {
            if (ProxyReach.isHiddenFrom(bean.getClass(), method)) {
                throw advisor.kind()
                        .refusal(
                                beanName,
                                definition.label(),
                                "is package-private in another package or class loader than the bean's class, so that the proxy"
                                        + " cannot override it",
                                "Make it public or protected, or use LockTemplate.");
            }
            if (Modifier.isFinal(method.getModifiers())) {
                throw advisor.kind()
                        .refusal(
                                beanName,
                                definition.label(),
                                "is final, so that the proxy cannot override it",
                                "Remove final (in Kotlin, make class and method open or use the kotlin-spring plugin), or use"
                                        + " LockTemplate.");
            }
            return;
        }
        if (GuardAnnotations.isOnMethod(annotation) && !ProxyReach.isDeclaredByInterface(bean, method, userClass)) {
            throw advisor.kind()
                    .refusal(
                            beanName,
                            definition.label(),
                            "is not declared by an interface of the bean's JDK proxy, so that it cannot be called through it",
                            "Declare it in the interface, or use proxies by subclass: proxyTargetClass = true, or"
                                    + " spring.aop.proxy-target-class=true.");
        }
    }
}
