package io.dflockd.spring.boot.test;

import java.util.HashSet;
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
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.support.TestPropertySourceUtils;

/**
 * The properties of a test context. They take the servers, tokens and TLS of all clients from everything that is not the
 * test's own, such as files, environment variables and a configuration server, and enable the embedded server. They come first,
 * after the {@code dflockd} properties of the test itself, in whatever order the sources are.
 */
final class TestProperties {

    private static final String NAME = "embedded dflockd server of the test";

    /** What a test says in its annotations, dynamic properties, arguments and {@code TestPropertyValues}, or on its command line. */
    private static final Set<String> OF_THE_TEST = Set.of(
            TestPropertySourceUtils.INLINED_PROPERTIES_PROPERTY_SOURCE_NAME,
            "Dynamic Test Properties",
            "Annotations",
            "test",
            CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME,
            StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

    private static final ConfigurationPropertyName CLIENTS = ConfigurationPropertyName.of("dflockd.clients");

    /** An empty value counts as unset. */
    private static final List<String> UNSET =
            List.of("servers", "auth-token", "auth-token-file", "ssl.enabled", "ssl.bundle");

    private final ConfigurableEnvironment environment;

    private final Set<String> namesOfTheTest = new HashSet<>(OF_THE_TEST);

    TestProperties(ConfigurableApplicationContext context, MergedContextConfiguration test) {
        this.environment = context.getEnvironment();
        namesOfTheTest.addAll(filesOfTheTest(context, test));
    }

    /** Puts the properties first, again where others were put before them. */
    void apply() {
        MutablePropertySources sources = environment.getPropertySources();
        List<PropertySource<?>> added =
                sources.stream().filter(TestProperties::isOwn).toList();
        added.forEach(source -> sources.remove(source.getName()));
        List<PropertySource<?>> ofTheTest = ofTheTest();
        sources.addFirst(new MapPropertySource(NAME, defaults()));
        for (PropertySource<?> source : ofTheTest) {
            sources.addBefore(NAME, new DflockdPropertySource(NAME + ": " + source.getName(), source));
        }
    }

    /** The sources of the test itself. */
    List<PropertySource<?>> ofTheTest() {
        return environment.getPropertySources().stream()
                .filter(source -> namesOfTheTest.contains(source.getName()))
                .toList();
    }

    private static boolean isOwn(PropertySource<?> source) {
        return source.getName().startsWith(NAME);
    }

    private Map<String, Object> defaults() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("dflockd.embedded.enabled", "true");
        properties.put("dflockd.embedded.port", "0");
        UNSET.forEach(key -> properties.put("dflockd." + key, ""));
        for (String client : clients(environment)) {
            UNSET.forEach(key -> properties.put(CLIENTS + client + "." + key, ""));
        }
        return properties;
    }

    /** The names of the sources that {@code @TestPropertySource} makes of files: those that it adds once more. */
    private static Set<String> filesOfTheTest(ConfigurableApplicationContext context, MergedContextConfiguration test) {
        if (test.getPropertySourceDescriptors().isEmpty()) {
            return Set.of();
        }
        StandardEnvironment copy = new StandardEnvironment();
        MutablePropertySources copied = copy.getPropertySources();
        copied.stream().toList().forEach(source -> copied.remove(source.getName()));
        List<PropertySource<?>> before =
                context.getEnvironment().getPropertySources().stream().toList();
        before.stream()
                .filter(source -> !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
                .forEach(copied::addLast);
        TestPropertySourceUtils.addPropertySourcesToEnvironment(copy, context, test.getPropertySourceDescriptors());
        Set<String> names = new HashSet<>();
        for (PropertySource<?> source : copied) {
            if (before.stream().noneMatch(known -> known == source)) {
                names.add(source.getName());
            }
        }
        return names;
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
