package io.dflockd.spring.boot.test;

import java.util.List;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives every test context an embedded server on a free port, and lets no client connect to a server that the test has not named:
 * a test must not lock on real servers because of a line in {@code application.yml}.
 */
final class EmbeddedDflockdContextCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
        return new EmbeddedDflockdContextCustomizer();
    }

    private record EmbeddedDflockdContextCustomizer() implements ContextCustomizer {

        @Override
        public void customizeContext(
                ConfigurableApplicationContext context, MergedContextConfiguration mergedContextConfiguration) {
            TestProperties properties = new TestProperties(context, mergedContextConfiguration);
            properties.apply();
            context.addBeanFactoryPostProcessor(new Again(properties));
            context.getBeanFactory()
                    .addBeanPostProcessor(new TestServerGuard(
                            context.getBeanFactory(),
                            context.getEnvironment(),
                            properties,
                            mergedContextConfiguration.getTestClass()));
        }
    }

    /** Initializers that run later, such as those of Spring Cloud, put their properties first too. No bean has seen them yet. */
    private record Again(TestProperties properties) implements BeanDefinitionRegistryPostProcessor {

        @Override
        public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
            properties.apply();
        }
    }
}
