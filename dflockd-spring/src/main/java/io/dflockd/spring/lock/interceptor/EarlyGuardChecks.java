package io.dflockd.spring.lock.interceptor;

import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.type.MethodMetadata;

/** Checks bean definitions before the first bean is made, and has beans checked that other post-processors depend on. */
final class EarlyGuardChecks implements BeanFactoryPostProcessor, AopInfrastructureBean {

    private final GuardedMethods methods;

    private final TestOverrides overrides;

    EarlyGuardChecks(GuardedMethods methods, TestOverrides overrides) {
        this.methods = methods;
        this.overrides = overrides;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        for (String beanName : beanFactory.getBeanDefinitionNames()) {
            refuseGuardedFactoryMethod(beanName, beanFactory.getBeanDefinition(beanName));
        }
        overrides.find(beanFactory);
        beanFactory.addBeanPostProcessor(new ConstructionChecks(methods, beanFactory));
    }

    private static void refuseGuardedFactoryMethod(String beanName, BeanDefinition definition) {
        MethodMetadata factoryMethod =
                definition instanceof AnnotatedBeanDefinition annotated ? annotated.getFactoryMethodMetadata() : null;
        if (factoryMethod == null) {
            return;
        }
        for (GuardType guard : GuardType.values()) {
            if (factoryMethod.isAnnotated(guard.annotation().getName())) {
                throw ContainerCalls.guardedFactoryMethod(
                        beanName,
                        guard + " on " + factoryMethod.getDeclaringClassName() + "." + factoryMethod.getMethodName()
                                + "()");
            }
        }
    }
}
