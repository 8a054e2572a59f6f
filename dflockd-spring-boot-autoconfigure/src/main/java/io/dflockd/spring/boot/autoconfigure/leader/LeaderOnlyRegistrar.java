package io.dflockd.spring.boot.autoconfigure.leader;

import io.dflockd.spring.leader.LeaderOnlyInfrastructure;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.type.AnnotationMetadata;

/** Does what {@code @EnableLeaderOnly} does, which a start would have to read first. */
final class LeaderOnlyRegistrar implements ImportBeanDefinitionRegistrar {

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        LeaderOnlyInfrastructure.register(registry);
    }
}
