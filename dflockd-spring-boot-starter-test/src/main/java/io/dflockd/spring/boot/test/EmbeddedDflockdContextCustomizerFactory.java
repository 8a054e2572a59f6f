package io.dflockd.spring.boot.test;

import java.util.List;
import java.util.Map;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Gives every context of a test an embedded server on a free port in place of the servers in the application's files: a
 * test must not lock what runs elsewhere because of a line in {@code application.yml}. What a test itself says, a system
 * property, an environment variable or a connection details bean goes before it.
 */
final class EmbeddedDflockdContextCustomizerFactory implements ContextCustomizerFactory {

    private static final Map<String, Object> PROPERTIES =
            Map.of("dflockd.servers", "", "dflockd.embedded.enabled", "true", "dflockd.embedded.port", "0");

    @Override
    public ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
        return new EmbeddedDflockdContextCustomizer();
    }

    private record EmbeddedDflockdContextCustomizer() implements ContextCustomizer {

        @Override
        public void customizeContext(
                ConfigurableApplicationContext context, MergedContextConfiguration mergedContextConfiguration) {
            MutablePropertySources sources = context.getEnvironment().getPropertySources();
            MapPropertySource ours = new MapPropertySource("embedded dflockd server of the test", PROPERTIES);
            if (sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
                sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, ours);
            } else {
                sources.addLast(ours);
            }
        }
    }
}
