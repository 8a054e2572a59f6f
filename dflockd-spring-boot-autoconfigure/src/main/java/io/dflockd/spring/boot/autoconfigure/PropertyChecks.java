package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.InvalidArgumentException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands the properties under one prefix on, and names the property where its value is refused. */
final class PropertyChecks {

    private final String prefix;

    PropertyChecks(String prefix) {
        this.prefix = prefix;
    }

    String nameOf(String property) {
        return prefix + "." + property;
    }

    /** Calls the setter unless the value is null. */
    <T> void apply(String property, @Nullable T value, Consumer<? super T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (InvalidArgumentException ex) {
            String reason = ex.getMessage();
            throw new InvalidDflockdPropertyException(
                    nameOf(property), value, reason == null ? ex.toString() : reason, ex);
        }
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
