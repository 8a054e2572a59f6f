package io.dflockd.spring.lock.config;

import io.dflockd.spring.lock.interceptor.LockingInfrastructure;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotationMetadata;

/** Does what {@link EnableDistributedLocking} says. */
final class DistributedLockingRegistrar implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        MergedAnnotation<EnableDistributedLocking> enable =
                importing.getAnnotations().get(EnableDistributedLocking.class);
        LockingInfrastructure.register(registry, enable.getInt("order"), enable.getBoolean("proxyTargetClass"));
    }
}
