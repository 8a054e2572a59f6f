package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.InvalidArgumentException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Turns a key expression's value into text that is equal for equal values, or refuses. */
final class KeyText {

    private static final ClassValue<Boolean> HAS_TO_STRING = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return type.getMethod("toString").getDeclaringClass() != Object.class;
            } catch (NoSuchMethodException ex) {
                throw new IllegalStateException("every class has toString()", ex);
            }
        }
    };

    private KeyText() {}

    static String of(@Nullable Object value) {
        String text = textOf(value);
        if (text.isBlank()) {
            throw new InvalidArgumentException("gave a blank text; expected what to lock");
        }
        return text;
    }

    private static String textOf(@Nullable Object value) {
        if (value instanceof CharSequence || value instanceof Number) {
            return value.toString();
        }
        if (value == null) {
            throw new InvalidArgumentException("gave null; expected what to lock");
        }
        if (value instanceof Optional<?> optional) {
            return textOf(optional.orElse(null));
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Iterable<?> values && !(value instanceof Path)) {
            StringJoiner joined = new StringJoiner(",");
            values.forEach(element -> joined.add(textOf(element)));
            return joined.toString();
        }
        if (value.getClass().isArray()) {
            StringJoiner joined = new StringJoiner(",");
            for (int i = 0; i < Array.getLength(value); i++) {
                joined.add(textOf(Array.get(value, i)));
            }
            return joined.toString();
        }
        if (!HAS_TO_STRING.get(value.getClass())) {
            throw new InvalidArgumentException(
                    "gave an object of " + value.getClass().getName()
                            + ", which has no toString() of its own, so that equal objects would be different locks; use one of its"
                            + " properties");
        }
        return value.toString();
    }
}
