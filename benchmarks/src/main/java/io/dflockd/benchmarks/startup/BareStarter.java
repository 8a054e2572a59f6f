package io.dflockd.benchmarks.startup;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.util.List;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.Advisor;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.context.annotation.Role;
import org.springframework.core.type.AnnotationMetadata;

/**
 * The least starter for an annotation: properties, a client, two templates that an application may replace, and an advisor. None of
 * them does anything, and nothing is checked. Its cost is the floor of a starter.
 */
final class BareStarter {

    private BareStarter() {}

    /** Does nothing. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface BareLocked {}

    /** Two properties. */
    @ConfigurationProperties("bare")
    static class Properties {

        private List<String> servers = List.of("localhost:6388");
        private Duration timeout = Duration.ofSeconds(10);

        public List<String> getServers() {
            return servers;
        }

        public void setServers(List<String> servers) {
            this.servers = servers;
        }

        public Duration getTimeout() {
            return timeout;
        }

        public void setTimeout(Duration timeout) {
            this.timeout = timeout;
        }
    }

    /** Never connects. */
    record Client(Properties properties) {}

    /** A template. */
    record Locks(Client client) {}

    /** Another template. */
    record Semaphores(Client client) {}

    @AutoConfiguration
    @EnableConfigurationProperties(Properties.class)
    static class ClientAutoConfiguration {

        @Bean
        @ConditionalOnMissingBean
        Client bareClient(Properties properties) {
            return new Client(properties);
        }
    }

    @AutoConfiguration(after = ClientAutoConfiguration.class)
    @ConditionalOnBean(Client.class)
    static class TemplateAutoConfiguration {

        @Bean
        @ConditionalOnMissingBean
        Locks bareLocks(Client client) {
            return new Locks(client);
        }

        @Bean
        @ConditionalOnMissingBean
        Semaphores bareSemaphores(Client client) {
            return new Semaphores(client);
        }
    }

    @AutoConfiguration
    @Import(ProxyCreatorRegistrar.class)
    static class AdvisorAutoConfiguration {

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor bareAdvisor() {
            MethodInterceptor proceed = invocation -> invocation.proceed();
            return new DefaultPointcutAdvisor(
                    AnnotationMatchingPointcut.forMethodAnnotation(BareLocked.class), proceed);
        }
    }

    static class ProxyCreatorRegistrar implements ImportBeanDefinitionRegistrar {

        @Override
        public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
            AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
            AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
        }
    }
}
