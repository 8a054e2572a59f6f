package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Registers a client bean for each name under {@code dflockd.clients}. A key that is not a property of a client is refused:
 * most of them are properties of the whole application, and would be ignored here.
 */
final class DflockdClientsRegistrar implements BeanRegistrar {

    static final String PREFIX = "dflockd.clients";

    private static final ConfigurationPropertyName CLIENTS = ConfigurationPropertyName.of(PREFIX);

    private static final Bindable<Map<String, DflockdClientProperties>> TARGET =
            Bindable.mapOf(String.class, DflockdClientProperties.class);

    private static final Set<String> TAKEN = Set.of(DflockdClientBuilderCustomizer.DEFAULT_CLIENT, "dflockdclient");

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (!isConfigured(environment)) {
            return;
        }
        Map<String, String> names = new HashMap<>();
        for (String name : bind(environment).keySet()) {
            String uniform = uniform(name);
            if (TAKEN.contains(uniform)) {
                throw nameRefused(
                        name,
                        "This is the name of the default client, which is configured by dflockd.servers and the other"
                                + " properties under dflockd. Choose another name.");
            }
            String other = names.put(uniform, name);
            if (other != null) {
                throw nameRefused(
                        name,
                        "There is '" + PREFIX + "." + other
                                + "', too, which differs only in case and dashes. An environment"
                                + " variable cannot express them: its client has a name of small letters and digits. Use one"
                                + " form of the name everywhere.");
            }
            register(registry, name);
        }
    }

    private static void register(BeanRegistry registry, String name) {
        try {
            registry.registerBean(
                    name,
                    DflockdClient.class,
                    spec -> spec.fallback()
                            .description("dflockd client '" + name + "' of " + PREFIX)
                            .supplier(context ->
                                    context.bean(DflockdClientFactory.class).namedClient(name)));
        } catch (BeanDefinitionOverrideException ex) {
            InvalidConfigurationPropertyValueException refused = nameRefused(
                    name,
                    "There is another bean of this name ("
                            + ex.getExistingDefinition().getResourceDescription()
                            + "), and a client is a bean named as its key under " + PREFIX + ". Choose another name.");
            refused.initCause(ex);
            throw refused;
        }
    }

    private static String uniform(String name) {
        return ConfigurationPropertyName.adapt(name, '.').toString().replace("-", "");
    }

    private static InvalidConfigurationPropertyValueException nameRefused(String name, String reason) {
        return new InvalidConfigurationPropertyValueException(PREFIX + "." + name, name, reason);
    }

    private static boolean isConfigured(Environment environment) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.containsDescendantOf(CLIENTS) != ConfigurationPropertyState.ABSENT) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, DflockdClientProperties> bind(Environment environment) {
        for (ConfigurationProperty property :
                UnknownProperties.find(environment, CLIENTS, TARGET, DflockdClientsRegistrar::hasExactNames)) {
            throw refused(property);
        }
        return Binder.get(environment).bind(CLIENTS, TARGET).orElseGet(Map::of);
    }

    /** An environment variable does not tell where a key has a dash and where a dot. */
    private static boolean hasExactNames(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
    }

    private static UnknownPropertyException refused(ConfigurationProperty property) {
        String key =
                property.getName().subName(CLIENTS.getNumberOfElements() + 1).toString();
        return new UnknownPropertyException(
                property,
                "a single client",
                "If it is a property of the application, set 'dflockd." + key + "'; otherwise correct the name.");
    }
}
