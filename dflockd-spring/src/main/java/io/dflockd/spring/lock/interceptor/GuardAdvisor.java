package io.dflockd.spring.lock.interceptor;

import org.aopalliance.aop.Advice;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.ImportRuntimeHints;

/** Puts the interceptor of one annotation before the methods that have it. */
@ImportRuntimeHints(GuardRuntimeHints.class)
final class GuardAdvisor extends AnnotationAdvisor {

    private static final long serialVersionUID = 1L;

    private final GuardType type;

    private final transient GuardKind kind;

    private final transient GuardDefinitions definitions;

    private final transient GuardInterceptor interceptor;

    GuardAdvisor(
            GuardType type,
            GuardedMethods methods,
            ConfigurableListableBeanFactory beanFactory,
            ApplicationEventPublisher publisher) {
        super(methods.of(type), beanFactory, LockingInfrastructure.advisorBeanName(type));
        this.type = type;
        this.kind = GuardKind.of(annotations());
        this.definitions =
                new GuardDefinitions(type, annotations(), beanFactory, new GuardOperations(beanFactory, publisher));
        this.interceptor = new GuardInterceptor(definitions);
        setOrder(LockingInfrastructure.DEFAULT_ORDER);
    }

    GuardKind kind() {
        return kind;
    }

    GuardType type() {
        return type;
    }

    GuardDefinitions definitions() {
        return definitions;
    }

    @Override
    public Advice getAdvice() {
        return interceptor;
    }
}
