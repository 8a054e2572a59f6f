package io.dflockd.spring.boot.autoconfigure;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/** Keys that nothing reads: a typing error would start an application without TLS, or with a default. */
final class UnknownProperties {

    private static final ConfigurationPropertyName DFLOCKD = ConfigurationPropertyName.of("dflockd");

    /** Bound by others. */
    private static final Set<String> OTHERS =
            Set.of("clients", "integration", "leader", "listener", "shedlock", "signals");

    private UnknownProperties() {}

    /** Refuses keys under {@code dflockd}, except in environment variables and system properties, which may be others'. */
    static void refuse(Environment environment) {
        UnboundElementsSourceFilter sources = new UnboundElementsSourceFilter();
        if (!isAnythingIn(environment, sources)) {
            return;
        }
        for (ConfigurationProperty property :
                find(environment, DFLOCKD, Bindable.of(DflockdProperties.class), sources)) {
            ConfigurationPropertyName name = property.getName();
            if (!OTHERS.contains(name.getElement(DFLOCKD.getNumberOfElements(), Form.UNIFORM))) {
                throw new UnknownPropertyException(
                        property, "dflockd", "Correct the name, or remove it. The documentation lists all properties.");
            }
        }
    }

    private static boolean isAnythingIn(Environment environment, UnboundElementsSourceFilter sources) {
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (sources.apply(source) && source.containsDescendantOf(DFLOCKD) != ConfigurationPropertyState.ABSENT) {
                return true;
            }
        }
        return false;
    }

    /** Those that are not bound, except empty ones: an empty value unsets a property. */
    static List<ConfigurationProperty> find(
            Environment environment,
            ConfigurationPropertyName prefix,
            Bindable<?> target,
            Function<ConfigurationPropertySource, Boolean> sources) {
        try {
            Binder.get(environment)
                    .bind(prefix, target, new NoUnboundElementsBindHandler(BindHandler.DEFAULT, sources));
            return List.of();
        } catch (BindException ex) {
            if (!(ex.getCause() instanceof UnboundConfigurationPropertiesException unbound)) {
                throw ex;
            }
            return unbound.getUnboundProperties().stream()
                    .filter(property -> !"".equals(property.getValue()))
                    .toList();
        }
    }
}
