package io.dflockd.reliability;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of the form {@code --name value}. An unknown one is refused by {@link #done}. */
final class Options {

    private final Map<String, String> values = new LinkedHashMap<>();

    Options(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i += 2) {
            if (!arguments.get(i).startsWith("--") || i + 1 == arguments.size()) {
                throw new IllegalArgumentException(
                        "'" + arguments.get(i) + "' is no option with a value; --help shows them");
            }
            values.put(arguments.get(i).substring(2), arguments.get(i + 1));
        }
    }

    String text(String name, String otherwise) {
        String value = values.remove(name);
        return value == null ? otherwise : value;
    }

    int number(String name, int otherwise) {
        String value = text(name, Integer.toString(otherwise));
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException ex) {
            throw new IllegalArgumentException("--" + name + " must be a whole number, not '" + value + "'", ex);
        }
    }

    void done() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException("unknown option --" + String.join(", --", values.keySet()));
        }
    }
}
