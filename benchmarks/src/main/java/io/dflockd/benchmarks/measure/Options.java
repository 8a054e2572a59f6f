package io.dflockd.benchmarks.measure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a command, {@code --name value} or {@code --name} alone. An unknown one is refused by {@link #done}. */
public final class Options {

    private final Map<String, String> values = new LinkedHashMap<>();

    /** Reads them; throws {@link IllegalArgumentException} for an argument that is none. */
    public Options(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                throw new IllegalArgumentException("'" + argument + "' is no option; options are --name value");
            }
            boolean valued = i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--");
            values.put(argument.substring(2), valued ? arguments.get(++i) : "true");
        }
    }

    /** A text, or null where the option is not given. */
    public @Nullable String textOrNull(String name) {
        return values.remove(name);
    }

    /** A text. */
    public String text(String name, String otherwise) {
        String value = values.remove(name);
        return value == null ? otherwise : value;
    }

    /** A whole number. */
    public int number(String name, int otherwise) {
        String value = values.remove(name);
        try {
            return value == null ? otherwise : Integer.parseInt(value);
        } catch (NumberFormatException ex) {
            throw new IllegalArgumentException("--" + name + " wants a whole number, not '" + value + "'", ex);
        }
    }

    /** Whole numbers, separated by commas. */
    public int[] numbers(String name, String otherwise) {
        String[] parts = text(name, otherwise).split(",", -1);
        int[] numbers = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Integer.parseInt(parts[i].trim());
            } catch (NumberFormatException ex) {
                throw new IllegalArgumentException("--" + name + " wants whole numbers, not '" + parts[i] + "'", ex);
            }
        }
        return numbers;
    }

    /** A number of seconds. */
    public Duration seconds(String name, int otherwise) {
        return Duration.ofSeconds(number(name, otherwise));
    }

    /** Whether a switch is given. */
    public boolean isSet(String name) {
        return Boolean.parseBoolean(text(name, "false"));
    }

    /** Refuses the options that no one has read; called at the end. */
    public void done() {
        if (!values.isEmpty()) {
            throw new IllegalArgumentException("unknown option --" + String.join(", --", values.keySet()));
        }
    }
}
