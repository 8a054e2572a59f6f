package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.internal.AnnotatedClasses;
import io.dflockd.spring.internal.AnnotatedMethod;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

/** Knows the methods that the container calls on the bean itself, so that no proxy can guard them. */
public final class ContainerCalls {

    private static final String BEAN = "org.springframework.context.annotation.Bean";

    private static final Map<String, String> ANNOTATIONS = Map.of(
            "jakarta.annotation.PostConstruct", "@PostConstruct",
            "jakarta.annotation.PreDestroy", "@PreDestroy",
            "jakarta.annotation.Resource", "@Resource",
            "jakarta.inject.Inject", "@Inject",
            "jakarta.persistence.PersistenceContext", "@PersistenceContext",
            "jakarta.persistence.PersistenceUnit", "@PersistenceUnit",
            "org.springframework.beans.factory.annotation.Autowired", "@Autowired",
            "org.springframework.beans.factory.annotation.Value", "@Value");

    /** What a post-processor registers, with the bean that it sees. */
    private static final Set<String> REGISTERED = Set.of(
            "org.springframework.scheduling.annotation.Scheduled",
            "io.dflockd.spring.signal.annotation.SignalListener",
            "org.springframework.jms.annotation.JmsListener",
            "org.springframework.kafka.annotation.KafkaListener",
            "org.springframework.amqp.rabbit.annotation.RabbitListener");

    private static final List<String> INFERRED_DESTROY_METHODS = List.of("close", "shutdown");

    private ContainerCalls() {}

    /**
     * Why the container calls a method.
     *
     * @param method the method
     * @param type the class of the bean
     * @param definition the bean's definition, null where it has none
     * @return null if the container does not call it
     */
    static @Nullable String reason(Method method, Class<?> type, @Nullable BeanDefinition definition) {
        MergedAnnotations present = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
        for (Map.Entry<String, String> annotation : ANNOTATIONS.entrySet()) {
            if (present.isPresent(annotation.getKey())) {
                return annotation.getValue();
            }
        }
        String name = method.getName();
        if (isCallback(InitializingBean.class, "afterPropertiesSet", method, type)) {
            return "InitializingBean";
        }
        if (definition instanceof AbstractBeanDefinition full && contains(full.getInitMethodNames(), name)) {
            return "initMethod";
        }
        if (definition != null && isPropertyOf(definition, method)) {
            return "a property of the bean definition";
        }
        String aware = awareness(method, type);
        if (aware != null) {
            return aware;
        }
        return definition instanceof AbstractBeanDefinition full && !full.isPrototype()
                ? destruction(method, type, full)
                : null;
    }

    /**
     * Whether a post-processor has a method called on the bean that it sees, which is not the proxy where the bean is part of a
     * circular reference.
     *
     * @param method the method
     * @return false also for annotations that are not known here
     */
    public static boolean isByPostProcessor(Method method) {
        MergedAnnotations present = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
        return REGISTERED.stream().anyMatch(present::isPresent);
    }

    /**
     * Refuses what the container calls on the bean itself.
     *
     * @param beanName the name of the bean
     * @param method a guarded method
     * @param type the class of the bean
     * @param annotation what guards the method
     * @param definition the bean's definition, null where it has none
     * @param kind the annotation's kind
     */
    public static void refuse(
            String beanName,
            Method method,
            Class<?> type,
            MergedAnnotation<?> annotation,
            @Nullable BeanDefinition definition,
            GuardKind kind) {
        String label = AnnotatedMethod.label(annotation, method, type);
        if (MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY).isPresent(BEAN)) {
            throw guardedFactoryMethod(beanName, label, kind);
        }
        if (ReflectionUtils.isEqualsMethod(method) || ReflectionUtils.isHashCodeMethod(method)) {
            throw kind.refusal(
                    beanName,
                    label,
                    "is answered by the proxy itself",
                    "Remove the annotation, or " + kind.remedy() + " in a method of another name.");
        }
        String reason = GuardAnnotations.isOnMethod(annotation) ? reason(method, type, definition) : null;
        if (reason != null) {
            throw kind.refusal(
                    beanName,
                    label,
                    "is called by the container on the bean itself, past its proxy (" + reason + ")",
                    "Guard a method of another bean that it calls, or " + kind.remedy() + " in it.");
        }
    }

    /** Refuses a factory method: its call makes a bean, whose own calls the annotation would not guard. */
    static LockDefinitionException guardedFactoryMethod(String beanName, String label, GuardKind kind) {
        return new LockDefinitionException(
                "bean '" + beanName + "': " + label
                        + " is on a @Bean method: it would guard the making of the bean, not the bean that is made",
                "Annotate a method of the bean's class, or " + kind.remedy()
                        + " in the lambda that the method returns.",
                null);
    }

    private static @Nullable String destruction(Method method, Class<?> type, AbstractBeanDefinition definition) {
        if (isCallback(DisposableBean.class, "destroy", method, type)) {
            return "DisposableBean";
        }
        String[] names = definition.getDestroyMethodNames();
        if (contains(names, method.getName())) {
            return "destroyMethod";
        }
        boolean unset = names == null || names.length == 0;
        if (unset && isCallback(AutoCloseable.class, "close", method, type)) {
            return "AutoCloseable";
        }
        return contains(names, AbstractBeanDefinition.INFER_METHOD)
                        && INFERRED_DESTROY_METHODS.contains(method.getName())
                        && method.getParameterCount() == 0
                ? "the inferred destroyMethod"
                : null;
    }

    private static boolean isPropertyOf(BeanDefinition definition, Method method) {
        return method.getParameterCount() == 1
                && method.getName().startsWith("set")
                && definition.hasPropertyValues()
                && definition
                        .getPropertyValues()
                        .contains(StringUtils.uncapitalizeAsProperty(
                                method.getName().substring("set".length())));
    }

    private static @Nullable String awareness(Method method, Class<?> type) {
        if (!Aware.class.isAssignableFrom(type)) {
            return null;
        }
        return AnnotatedClasses.allInterfaces(type).stream()
                .filter(declared -> Aware.class.isAssignableFrom(declared) && declares(declared, method))
                .map(Class::getSimpleName)
                .findFirst()
                .orElse(null);
    }

    private static boolean declares(Class<?> type, Method method) {
        return Arrays.stream(type.getDeclaredMethods())
                .anyMatch(declared -> declared.getName().equals(method.getName())
                        && Arrays.equals(declared.getParameterTypes(), method.getParameterTypes()));
    }

    private static boolean isCallback(Class<?> callback, String name, Method method, Class<?> type) {
        return method.getName().equals(name) && method.getParameterCount() == 0 && callback.isAssignableFrom(type);
    }

    private static boolean contains(String @Nullable [] names, String name) {
        return names != null && Arrays.asList(names).contains(name);
    }
}
