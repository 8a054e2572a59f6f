package io.dflockd.spring.boot.test;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The properties of a test context. They take the servers, tokens and TLS of all clients from the application's files and from
 * environment variables, and enable the embedded server. Properties of the test and system properties have a higher
 * precedence.
 */
final class TestProperties {

    private static final String NAME = "embedded dflockd server of the test";

    private static final ConfigurationPropertyName CLIENTS = ConfigurationPropertyName.of("dflockd.clients");

    /** An empty value counts as unset. */
    private static final List<String> UNSET =
            List.of("servers", "auth-token", "auth-token-file", "ssl.enabled", "ssl.bundle");

    private TestProperties() {}

    static void addTo(ConfigurableEnvironment environment) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("dflockd.embedded.enabled", "true");
        properties.put("dflockd.embedded.port", "0");
        UNSET.forEach(key -> properties.put("dflockd." + key, ""));
        for (String client : clients(environment)) {
            UNSET.forEach(key -> properties.put(CLIENTS + client + "." + key, ""));
        }
        MutablePropertySources sources = environment.getPropertySources();
        MapPropertySource source = new MapPropertySource(NAME, properties);
        if (sources.contains(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
            sources.addAfter(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, source);
        } else {
            sources.addFirst(source);
        }
    }

    /** The sources of the test itself. */
    static List<PropertySource<?>> ofTheTest(ConfigurableEnvironment environment) {
        return environment.getPropertySources().stream()
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .takeWhile(source -> !source.getName().equals(NAME))
                .toList();
    }

    /** The names of all clients, each as what follows {@code dflockd.clients}. */
    private static Set<String> clients(ConfigurableEnvironment environment) {
        Set<String> names = new LinkedHashSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream()
                        .filter(CLIENTS::isAncestorOf)
                        .map(TestProperties::client)
                        .forEach(names::add);
            }
        }
        return names;
    }

    private static String client(ConfigurationPropertyName property) {
        int index = CLIENTS.getNumberOfElements();
        String name = property.getElement(index, Form.ORIGINAL);
        return property.chop(index + 1).isLastElementIndexed() ? "[" + name + "]" : "." + name;
    }
}
