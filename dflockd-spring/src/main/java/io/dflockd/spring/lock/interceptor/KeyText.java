package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.InvalidArgumentException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.Buffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/**
 * Turns a key expression's value into text, or refuses. Equal values give one text in every JVM; different values of the
 * same kind give different ones.
 *
 * <p>A list is {@code a,b}, a set <code>{a,b}</code> and a map {@code (a=1,b=2)}, both sorted, a record
 * {@code Name[x=1,y=2]}, with the names of its enclosing classes before its own. A list within another value is {@code [a,b]}. Characters of that structure are escaped by a
 * backslash where they are part of an element.
 */
final class KeyText {

    private static final String STRUCTURE = "\\,[]{}()";

    /** Types whose text says less than their value, or more, or the same in another order. */
    private static final List<Class<?>> WITHOUT_TEXT = List.of(
            Iterable.class,
            Map.Entry.class,
            AtomicReferenceArray.class,
            Buffer.class,
            Calendar.class,
            InetAddress.class,
            SocketAddress.class,
            Pattern.class,
            Throwable.class);

    /** What to use instead; by name, because the module java.sql may be absent. */
    private static final Map<String, String> INSTEAD_OF_SQL = Map.of(
            "java.sql.Timestamp", "toInstant() or toLocalDateTime()",
            "java.sql.Date", "toLocalDate()",
            "java.sql.Time", "toLocalTime()");

    private static final ClassValue<Boolean> HAS_TO_STRING = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return toStringOf(type).getDeclaringClass() != Object.class;
        }
    };

    /** How a record is written that has no text of its own; empty for all other classes. */
    private static final ClassValue<Optional<RecordType>> RECORD = new ClassValue<>() {
        @Override
        protected Optional<RecordType> computeValue(Class<?> type) {
            // The compiler makes it final, which no one writes in a record.
            return type.isRecord() && Modifier.isFinal(toStringOf(type).getModifiers())
                    ? Optional.of(new RecordType(nameOf(type), type.getRecordComponents()))
                    : Optional.empty();
        }
    };

    private record RecordType(String name, RecordComponent[] components) {}

    private KeyText() {}

    static String of(@Nullable Object value) {
        if (isEmpty(value)) {
            throw new InvalidArgumentException("gave an empty collection, map or array; expected what to lock");
        }
        String text = textOf(value, true);
        if (text.isBlank()) {
            throw new InvalidArgumentException("gave a blank text; expected what to lock");
        }
        if (hasLoneSurrogate(text)) {
            throw new InvalidArgumentException("gave a text with half of a surrogate pair, which UTF-8 cannot express");
        }
        return text;
    }

    private static boolean isEmpty(@Nullable Object value) {
        return (value instanceof Collection<?> values && values.isEmpty())
                || (value instanceof Map<?, ?> map && map.isEmpty())
                || (value != null && value.getClass().isArray() && Array.getLength(value) == 0);
    }

    /** @param top whether the value is the whole key, rather than an element */
    private static String textOf(@Nullable Object value, boolean top) {
        if (value instanceof String text) {
            return top ? text : escaped(text, STRUCTURE);
        }
        if (value == null) {
            throw new InvalidArgumentException("gave null; expected what to lock");
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Optional<?> optional) {
            return textOf(optional.orElse(null), top);
        }
        if (value instanceof AtomicReference<?> reference) {
            return textOf(reference.get(), top);
        }
        String structured = structured(value, top);
        if (structured != null) {
            return structured;
        }
        String text = ownText(value);
        return top ? text : escaped(text, STRUCTURE);
    }

    private static @Nullable String structured(Object value, boolean top) {
        if (value instanceof List<?> || value instanceof Deque<?>) {
            return sequence((Collection<?>) value, top);
        }
        if (value.getClass().isArray()) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (int i = 0; i < Array.getLength(value); i++) {
                elements.add(Array.get(value, i));
            }
            return sequence(elements, top);
        }
        if (value instanceof Set<?> set) {
            List<String> elements = texts(set);
            Collections.sort(elements);
            return "{" + join(elements) + "}";
        }
        if (value instanceof Map<?, ?> map) {
            List<String> entries = new ArrayList<>();
            map.forEach((key, mapped) -> entries.add(escaped(textOf(key, false), "=") + "=" + textOf(mapped, false)));
            Collections.sort(entries);
            return "(" + String.join(",", entries) + ")";
        }
        RecordType type = RECORD.get(value.getClass()).orElse(null);
        return type == null ? null : record(value, type);
    }

    private static String sequence(Collection<?> values, boolean top) {
        String joined = join(texts(values));
        return top ? joined : "[" + joined + "]";
    }

    private static List<String> texts(Collection<?> values) {
        List<String> texts = new ArrayList<>(values.size());
        for (Object value : values) {
            texts.add(textOf(value, false));
        }
        return texts;
    }

    private static String join(List<String> texts) {
        if (texts.size() == 1 && texts.get(0).isEmpty()) {
            throw new InvalidArgumentException("gave a collection of one blank text; expected what to lock");
        }
        return String.join(",", texts);
    }

    private static String record(Object value, RecordType type) {
        List<String> texts = new ArrayList<>(type.components().length);
        for (RecordComponent component : type.components()) {
            Method accessor = component.getAccessor();
            ReflectionUtils.makeAccessible(accessor);
            texts.add(component.getName() + "=" + textOf(ReflectionUtils.invokeMethod(accessor, value), false));
        }
        return type.name() + "[" + String.join(",", texts) + "]";
    }

    /** Without the package: a class that moves to another one keeps its keys while two versions run. */
    private static String nameOf(Class<?> type) {
        Class<?> enclosing = type.getEnclosingClass();
        return enclosing == null ? type.getSimpleName() : nameOf(enclosing) + "." + type.getSimpleName();
    }

    private static String ownText(Object value) {
        if (!HAS_TO_STRING.get(value.getClass())) {
            throw new InvalidArgumentException(
                    "gave an object of " + value.getClass().getName()
                            + ", which has no toString() of its own, so that equal objects would be different locks; use one of its"
                            + " properties");
        }
        if (value instanceof CharSequence || value instanceof Number || value instanceof Path) {
            return value.toString();
        }
        if (value instanceof Date date) {
            return instant(date);
        }
        if (value instanceof Collection<?>) {
            throw new InvalidArgumentException("gave a collection of "
                    + value.getClass().getName() + ", whose order is not defined; use a list or a set");
        }
        for (Class<?> type : WITHOUT_TEXT) {
            if (type.isInstance(value)) {
                throw new InvalidArgumentException("gave an object of "
                        + value.getClass().getName()
                        + ", whose toString() can differ for equal objects or be equal for different ones; use one of its"
                        + " properties");
            }
        }
        String text = value.toString();
        String identity = ObjectIdentities.find(text, value.getClass().getClassLoader());
        if (identity != null) {
            throw new InvalidArgumentException("gave an object of "
                    + value.getClass().getName() + " whose toString() has the identity of an object in it (" + identity
                    + "), so that equal objects would be different locks; use one of its properties");
        }
        return text;
    }

    private static String instant(Date date) {
        Class<?> type = date.getClass();
        if (type == Date.class) {
            return date.toInstant().toString();
        }
        String instead = null;
        for (Class<?> each = type; each != Date.class && instead == null; each = each.getSuperclass()) {
            instead = INSTEAD_OF_SQL.get(each.getName());
        }
        throw new InvalidArgumentException("gave an object of " + type.getName()
                + ", whose toString() depends on the time zone of the JVM or leaves a part of the value out; use its "
                + (instead == null ? "toInstant()" : instead));
    }

    private static String escaped(String text, String special) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean escape = special.indexOf(character) >= 0;
            if (escape && escaped == null) {
                escaped = new StringBuilder(text.length() + 8).append(text, 0, i);
            }
            if (escaped != null) {
                escaped.append(escape ? "\\" : "").append(character);
            }
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isSurrogate(character)) {
                if (!Character.isHighSurrogate(character)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    private static Method toStringOf(Class<?> type) {
        try {
            return type.getMethod("toString");
        } catch (NoSuchMethodException ex) {
            throw new IllegalStateException("every class has toString()", ex);
        }
    }
}
