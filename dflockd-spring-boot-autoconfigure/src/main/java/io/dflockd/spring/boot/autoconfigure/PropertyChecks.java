package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;
import org.jspecify.annotations.Nullable;

/** Hands the properties under one prefix on, and names the property where its value is refused. For one thread. */
final class PropertyChecks {

    private final String prefix;

    private String lastProperty = "";

    private @Nullable Object lastValue;

    PropertyChecks(String prefix) {
        this.prefix = prefix;
    }

    String nameOf(String property) {
        return prefix + "." + property;
    }

    /**
     * Whether a property has a value to pass on, which is then the one that {@link #refused} is about. One catch for all
     * takes the place of a function for each property: an application that starts pays for every function that it meets.
     */
    boolean isGiven(String property, @Nullable Object value) {
        lastProperty = property;
        lastValue = value;
        return value != null;
    }

    /** What to throw where the last value was refused. */
    InvalidDflockdPropertyException refused(InvalidArgumentException cause) {
        String reason = cause.getMessage();
        return new InvalidDflockdPropertyException(
                nameOf(lastProperty), lastValue, reason == null ? cause.toString() : reason, cause);
    }

    void require(boolean condition, String property, @Nullable Object value, String reason) {
        if (!condition) {
            throw invalid(property, value, reason);
        }
    }

    InvalidDflockdPropertyException invalid(String property, @Nullable Object value, String reason) {
        return new InvalidDflockdPropertyException(nameOf(property), value, reason, null);
    }
}
