package io.dflockd.spring.boot.test;

import java.util.List;
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
            TestProperties.addTo(context.getEnvironment());
            context.getBeanFactory()
                    .addBeanPostProcessor(new TestServerGuard(
                            context.getBeanFactory(),
                            context.getEnvironment(),
                            mergedContextConfiguration.getTestClass()));
        }
    }
}
