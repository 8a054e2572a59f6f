package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.interceptor.LockingInfrastructure;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/** Does what {@code @EnableDistributedLocking} does, which a start would have to read first. */
final class LockAnnotationsRegistrar implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        LockingInfrastructure.register(registry, LockingInfrastructure.DEFAULT_ORDER, false);
    }
}
