package io.dflockd.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Tells which {@code dflockd.*} property is wrong, where it was set, and what is expected. */
final class InvalidDflockdPropertyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidDflockdPropertyException> {

    private final Environment environment;

    InvalidDflockdPropertyFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidDflockdPropertyException cause) {
        StringBuilder description = new StringBuilder("A dflockd property cannot be used:\n");
        description.append("\n    Property: ").append(cause.property());
        if (cause.value() != null) {
            description.append("\n    Value: \"").append(cause.value()).append('"');
        }
        String origin = origin(cause.property());
        if (origin != null) {
            description.append("\n    Origin: ").append(origin);
        }
        description.append("\n    Reason: ").append(cause.reason());
        return new FailureAnalysis(
                description.toString(),
                "Change '" + cause.property() + "' in your application's configuration as the reason says.",
                cause);
    }

    private @Nullable String origin(String property) {
        ConfigurationPropertyName name = ConfigurationPropertyName.ofIfValid(property);
        if (name == null) {
            return null;
        }
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            ConfigurationProperty found = source.getConfigurationProperty(name);
            // A list given as one comma-separated value has no property per entry.
            if (found == null && name.isLastElementIndexed()) {
                found = source.getConfigurationProperty(name.getParent());
            }
            if (found != null && found.getOrigin() != null) {
                return found.getOrigin().toString();
            }
        }
        return null;
    }
}
