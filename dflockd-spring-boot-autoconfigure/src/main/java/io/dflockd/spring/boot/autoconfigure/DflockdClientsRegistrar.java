package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
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

    private static final Set<String> TAKEN = Set.of(DflockdClientBuilderCustomizer.DEFAULT_CLIENT, "dflockdclient");

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        if (isConfigured(environment)) {
            for (String name : bind(environment).keySet()) {
                if (TAKEN.contains(
                        ConfigurationPropertyName.adapt(name, '.').toString().replace("-", ""))) {
                    throw new InvalidConfigurationPropertyValueException(
                            PREFIX + "." + name,
                            name,
                            "This is the name of the default client, which is configured by dflockd.servers and the other"
                                    + " properties under dflockd. Choose another name.");
                }
                registry.registerBean(
                        name,
                        DflockdClient.class,
                        spec -> spec.fallback()
                                .description("dflockd client '" + name + "' of dflockd.clients")
                                .supplier(context ->
                                        context.bean(DflockdClientFactory.class).namedClient(name)));
            }
        }
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
        try {
            bind(
                    environment,
                    new NoUnboundElementsBindHandler(BindHandler.DEFAULT, DflockdClientsRegistrar::hasExactNames));
        } catch (BindException ex) {
            if (!(ex.getCause() instanceof UnboundConfigurationPropertiesException unbound)) {
                throw ex;
            }
            for (ConfigurationProperty property : unbound.getUnboundProperties()) {
                // An empty value unsets a property, and is not bound to it.
                if (!"".equals(property.getValue())) {
                    throw refused(property);
                }
            }
        }
        return bind(environment, BindHandler.DEFAULT);
    }

    private static Map<String, DflockdClientProperties> bind(Environment environment, BindHandler handler) {
        return Binder.get(environment)
                .bind(CLIENTS, Bindable.mapOf(String.class, DflockdClientProperties.class), handler)
                .orElseGet(Map::of);
    }

    /** An environment variable does not tell where a key has a dash and where a dot. */
    private static boolean hasExactNames(ConfigurationPropertySource source) {
        return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
    }

    private static InvalidConfigurationPropertyValueException refused(ConfigurationProperty property) {
        ConfigurationPropertyName name = property.getName();
        String key = name.subName(CLIENTS.getNumberOfElements() + 1).toString();
        return new InvalidConfigurationPropertyValueException(
                name.toString(),
                property.getValue(),
                "'" + key
                        + "' is not a property of a single client. If it is a property of the application, set 'dflockd."
                        + key + "'; otherwise correct the name.");
    }
}
