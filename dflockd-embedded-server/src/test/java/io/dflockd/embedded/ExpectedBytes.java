package io.dflockd.embedded;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The quoted bytes of a transcript, with the values of their placeholders. */
final class ExpectedBytes {

    private static final Pattern REPEAT = Pattern.compile("<(.)\\*(\\d+)>", Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([TFC])(\\d+)}");
    private static final String NUMBER = "{S}";

    private final Map<String, String> fences;
    private final Map<String, String> tokens = new HashMap<>();

    ExpectedBytes(Map<String, String> fences) {
        this.fences = fences;
    }

    /** The bytes that a client sends. */
    String toSend(String quoted) {
        return substitute(decode(quoted));
    }

    /** Whether a line, its end included, is the expected one; learns the tokens it sees first. */
    boolean matches(String quoted, String line) {
        String expected = substitute(decode(quoted));
        if (expected.startsWith("ok {\"")) {
            return line.startsWith("ok {")
                    && line.endsWith("\n")
                    && Json.same(
                            Json.parse(expected.substring(3).replace(NUMBER, "\"" + NUMBER + "\"")),
                            Json.parse(line.substring(3)),
                            NUMBER);
        }
        Matcher unknown = PLACEHOLDER.matcher(expected);
        StringBuilder regex = new StringBuilder();
        int at = 0;
        String name = "";
        while (unknown.find()) {
            regex.append(Pattern.quote(expected.substring(at, unknown.start()))).append("([0-9a-f]{32})");
            name = unknown.group();
            at = unknown.end();
        }
        regex.append(Pattern.quote(expected.substring(at)));
        Matcher actual = Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(line);
        if (!actual.matches()) {
            return false;
        }
        if (actual.groupCount() > 0) {
            if (tokens.containsValue(actual.group(1))) {
                return false;
            }
            tokens.put(name, actual.group(1));
        }
        return true;
    }

    String describe(List<String> quoted) {
        return quoted.stream().map(q -> substitute(decode(q))).toList().toString();
    }

    private String substitute(String text) {
        StringBuilder result = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            String name = placeholder.group();
            String value = switch (placeholder.group(1)) {
                case "C" -> placeholder.group(2);
                case "F" -> fences.get("F" + placeholder.group(2));
                default -> tokens.getOrDefault(name, name);
            };
            placeholder.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return placeholder.appendTail(result).toString();
    }

    private static String decode(String quoted) {
        StringBuilder bytes = new StringBuilder();
        int i = 0;
        while (i < quoted.length()) {
            char c = quoted.charAt(i++);
            if (c != '\\') {
                bytes.append(c);
                continue;
            }
            char escape = quoted.charAt(i++);
            switch (escape) {
                case 'n' -> bytes.append('\n');
                case 'r' -> bytes.append('\r');
                case 't' -> bytes.append('\t');
                case 'x' -> {
                    bytes.append((char) Integer.parseInt(quoted.substring(i, i + 2), 16));
                    i += 2;
                }
                default -> bytes.append(escape);
            }
        }
        Matcher repeat = REPEAT.matcher(bytes);
        return repeat.replaceAll(m -> Matcher.quoteReplacement(m.group(1).repeat(Integer.parseInt(m.group(2)))));
    }
}
