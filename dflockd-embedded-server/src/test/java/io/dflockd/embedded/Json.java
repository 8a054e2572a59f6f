package io.dflockd.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** As much JSON as the stats line needs. Numbers and literals stay text; strings keep their escapes. */
final class Json {

    /** A number, true, false or null. */
    record Literal(String text) {}

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        Json json = new Json(text.strip());
        Object value = json.value();
        if (json.at != json.text.length()) {
            throw new IllegalArgumentException("trailing text in " + text);
        }
        return value;
    }

    /** Compares, members in order, elements of arrays in any order; the wildcard string stands for any number. */
    static boolean same(Object expected, Object actual, String wildcard) {
        if (wildcard.equals(expected)) {
            return actual instanceof Literal number && number.text().matches("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?");
        }
        if (expected instanceof Map<?, ?> object) {
            return actual instanceof Map<?, ?> other
                    && List.copyOf(object.keySet()).equals(List.copyOf(other.keySet()))
                    && object.keySet().stream().allMatch(k -> same(object.get(k), other.get(k), wildcard));
        }
        if (expected instanceof List<?> array) {
            if (!(actual instanceof List<?> other) || other.size() != array.size()) {
                return false;
            }
            List<Object> left = new ArrayList<>(other);
            for (Object element : array) {
                Object match = left.stream()
                        .filter(candidate -> same(element, candidate, wildcard))
                        .findFirst()
                        .orElse(null);
                if (match == null) {
                    return false;
                }
                left.remove(match);
            }
            return true;
        }
        return Objects.equals(expected, actual);
    }

    private Object value() {
        char c = text.charAt(at);
        if (c == '{') {
            Map<String, Object> object = new LinkedHashMap<>();
            at++;
            while (text.charAt(at) != '}') {
                String name = string();
                expect(':');
                object.put(name, value());
                separator('}');
            }
            at++;
            return object;
        }
        if (c == '[') {
            List<Object> array = new ArrayList<>();
            at++;
            while (text.charAt(at) != ']') {
                array.add(value());
                separator(']');
            }
            at++;
            return array;
        }
        if (c == '"') {
            return string();
        }
        int start = at;
        while (at < text.length() && ",]}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return new Literal(text.substring(start, at));
    }

    private String string() {
        expect('"');
        int start = at;
        while (text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return text.substring(start, at++);
    }

    private void separator(char end) {
        if (text.charAt(at) != end) {
            expect(',');
        }
    }

    private void expect(char c) {
        if (text.charAt(at) != c) {
            throw new IllegalArgumentException("expected " + c + " at " + at + " of " + text);
        }
        at++;
    }
}
