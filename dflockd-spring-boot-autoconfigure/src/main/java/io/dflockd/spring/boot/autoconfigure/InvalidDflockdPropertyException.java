package io.dflockd.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/** A {@code dflockd.*} property has a value that cannot work. */
final class InvalidDflockdPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;

    private final @Nullable String value;

    private final String reason;

    /**
     * Creates the exception.
     *
     * @param property the full name
     * @param value what was given, null for a secret
     * @param reason what is wrong and what is expected
     */
    InvalidDflockdPropertyException(String property, @Nullable Object value, String reason, @Nullable Throwable cause) {
        super("property '" + property + "'" + (value == null ? "" : " = '" + value + "'") + ": " + reason, cause);
        this.property = property;
        this.value = value == null ? null : value.toString();
        this.reason = reason;
    }

    String property() {
        return property;
    }

    @Nullable
    String value() {
        return value;
    }

    String reason() {
        return reason;
    }
}
