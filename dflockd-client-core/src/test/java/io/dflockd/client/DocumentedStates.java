package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of states in {@code docs/client.md}. */
public final class DocumentedStates {

    private static final Path DOCUMENT = Path.of("..", "docs", "client.md");

    private static final Pattern STATE = Pattern.compile("`([A-Z_]+)`");

    private DocumentedStates() {}

    /** Checks that a table lists exactly the transitions that the code allows. */
    public static <S extends Enum<S>> void check(String table, S[] states, BiPredicate<S, S> mayBecome)
            throws IOException {
        assertThat(documented(table)).isEqualTo(allowed(states, mayBecome));
    }

    private static <S extends Enum<S>> Map<String, Set<String>> allowed(S[] states, BiPredicate<S, S> mayBecome) {
        Map<String, Set<String>> next = new TreeMap<>();
        for (S state : states) {
            next.put(
                    state.name(),
                    Arrays.stream(states)
                            .filter(other -> mayBecome.test(state, other))
                            .map(Enum::name)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        return next;
    }

    private static Map<String, Set<String>> documented(String what) throws IOException {
        String text = Files.readString(DOCUMENT);
        String begin = "<!-- begin " + what + " states -->";
        String end = "<!-- end " + what + " states -->";
        assertThat(text).contains(begin).contains(end);
        Map<String, Set<String>> next = new TreeMap<>();
        for (String row : text.substring(text.indexOf(begin), text.indexOf(end)).split("\n")) {
            if (row.startsWith("| `")) {
                String[] cells = row.split("\\|");
                next.put(states(cells[1]).iterator().next(), states(cells[3]));
            }
        }
        return next;
    }

    private static Set<String> states(String cell) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = STATE.matcher(cell);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
