package io.dflockd.spring.signal.config;

import io.dflockd.spring.signal.annotation.SignalListenerAnnotationBeanPostProcessor;
import io.dflockd.spring.signal.endpoint.SignalListenerConfigUtils;
import io.dflockd.spring.signal.endpoint.SignalListenerEndpointRegistry;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;

/** The beans behind {@link EnableSignalListeners}. */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
public class SignalListenerBootstrapConfiguration {

    /** Creates the configuration. */
    public SignalListenerBootstrapConfiguration() {}

    @Bean(SignalListenerConfigUtils.ANNOTATION_PROCESSOR_BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SignalListenerAnnotationBeanPostProcessor signalListenerAnnotationProcessor() {
        return new SignalListenerAnnotationBeanPostProcessor();
    }

    @Bean(SignalListenerConfigUtils.ENDPOINT_REGISTRY_BEAN_NAME)
    static SignalListenerEndpointRegistry signalListenerEndpointRegistry() {
        return new SignalListenerEndpointRegistry();
    }
}
