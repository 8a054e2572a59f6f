package io.dflockd.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.Origin;

/**
 * A key that nothing reads. Boot's own exceptions for properties do not fit, because their failure analyses show the value,
 * which may be a token under a wrong name.
 */
final class UnknownPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Origin origin;

    private final String action;

    UnknownPropertyException(ConfigurationProperty property, String reason, String action) {
        super("'" + property.getName() + "' is not a property of " + reason + ".");
        this.origin = property.getOrigin();
        this.action = action;
    }

    @Nullable
    Origin origin() {
        return origin;
    }

    String action() {
        return action;
    }
}
