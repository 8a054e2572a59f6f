package io.dflockd.spring.leader.config;

import io.dflockd.spring.leader.LeaderOnlyInfrastructure;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/** Does what {@link EnableLeaderOnly} says. */
final class LeaderOnlyRegistrar implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        LeaderOnlyInfrastructure.register(registry);
    }
}
