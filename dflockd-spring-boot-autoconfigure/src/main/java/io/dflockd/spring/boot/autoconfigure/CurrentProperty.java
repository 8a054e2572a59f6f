package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The property that is being passed to a client's builder, so that a value that the builder refuses is reported under the
 * name of its property. The rules are the builder's. Not thread-safe.
 */
final class CurrentProperty {

    private final String prefix;

    private String name = "";

    private @Nullable Object value;

    CurrentProperty(String prefix) {
        this.prefix = prefix;
    }

    /** Makes a property the current one, and returns its value. */
    <T> T of(String property, T value) {
        this.name = property;
        this.value = value;
        return value;
    }

    /** The exception for the current property. */
    InvalidConfigurationPropertyValueException refused(InvalidArgumentException cause) {
        return new InvalidConfigurationPropertyValueException(
                prefix + "." + name, DurationText.of(value), DurationText.in(cause.getMessage()));
    }
}
