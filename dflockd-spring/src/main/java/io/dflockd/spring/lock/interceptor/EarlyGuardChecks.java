package io.dflockd.spring.lock.interceptor;

import java.util.List;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.type.MethodMetadata;

/**
 * Checks bean definitions before the first bean is made, and has beans checked that other post-processors depend on: those that
 * post-processors of the bean factory get as well, so it comes before them.
 */
public class EarlyGuardChecks implements BeanDefinitionRegistryPostProcessor, PriorityOrdered, AopInfrastructureBean {

    private final List<GuardKind> kinds;

    /**
     * Makes the checks of some annotations.
     *
     * @param kinds the annotations
     */
    protected EarlyGuardChecks(List<GuardKind> kinds) {
        this.kinds = kinds;
    }

    @Override
    public final int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public final void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
            beanFactory.addBeanPostProcessor(new ConstructionChecks(kinds, beanFactory));
        }
    }

    @Override
    public final void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        for (String beanName : beanFactory.getBeanDefinitionNames()) {
            refuseGuardedFactoryMethod(beanName, beanFactory.getBeanDefinition(beanName));
        }
    }

    private void refuseGuardedFactoryMethod(String beanName, BeanDefinition definition) {
        MethodMetadata factoryMethod =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        if (factoryMethod == null) {
            return;
        }
        for (GuardKind kind : kinds) {
            Class<?> annotation = kind.annotations().annotation();
            if (factoryMethod.isAnnotated(annotation.getName())) {
                throw ContainerCalls.guardedFactoryMethod(
                        beanName,
                        "@" + annotation.getSimpleName() + " on " + factoryMethod.getDeclaringClassName() + "."
                                + factoryMethod.getMethodName() + "()",
                        kind);
            }
        }
    }
}
