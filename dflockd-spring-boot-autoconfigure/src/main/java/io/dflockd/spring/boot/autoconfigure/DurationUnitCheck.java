package io.dflockd.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Refuses durations without a unit under {@code dflockd}, as the lock annotations do: {@code 5} would be milliseconds, where
 * the servers' own flags are in seconds.
 */
final class DurationUnitCheck implements ConfigurationPropertiesBindHandlerAdvisor {

    private static final ConfigurationPropertyName DFLOCKD = ConfigurationPropertyName.of("dflockd");

    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?\\d+");

    @Override
    public BindHandler apply(BindHandler bindHandler) {
        return new AbstractBindHandler(bindHandler) {
            @Override
            public @Nullable Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                if (result instanceof Duration duration && !duration.isZero() && DFLOCKD.isAncestorOf(name)) {
                    requireUnit(context.getConfigurationProperty());
                }
                return super.onSuccess(name, target, context, result);
            }
        };
    }

    private static void requireUnit(@Nullable ConfigurationProperty property) {
        String text =
                property == null ? "" : String.valueOf(property.getValue()).strip();
        if (BARE_NUMBER.matcher(text).matches()) {
            String number = text.startsWith("+") ? text.substring(1) : text;
            throw new IllegalArgumentException("the duration '" + text + "' has no unit; write " + number
                    + "s for seconds, " + number + "ms for milliseconds");
        }
    }
}
