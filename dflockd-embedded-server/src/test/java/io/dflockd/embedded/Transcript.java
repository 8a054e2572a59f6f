package io.dflockd.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One recorded conversation: the flags of the server, and the steps. */
record Transcript(
        String name, Generation generation, List<String> flags, Map<String, String> fences, List<Step> steps) {

    @Override
    public String toString() {
        return name;
    }

    private static final Pattern STEP = Pattern.compile("(\\S+)\\s+(.*)");
    private static final Pattern BOUNDS = Pattern.compile("\\[([\\d.]+|-),([\\d.]+|-)]\\s*");

    /** One line: a party, its action, and the bounds for its time in seconds, negative for none. */
    record Step(int lineNumber, String text, String who, String what, double from, double to, List<String> quoted) {

        @Override
        public String toString() {
            return "line " + lineNumber + ": " + text;
        }
    }

    static Transcript read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Map<String, String> header = new HashMap<>();
        List<Step> steps = new ArrayList<>();
        boolean body = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.equals("---")) {
                body = true;
            } else if (!body) {
                int colon = line.indexOf(':');
                header.put(line.substring(0, colon), line.substring(colon + 1).strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                steps.add(step(i + 1, line));
            }
        }
        String flags = header.getOrDefault("flags", "(defaults)");
        Map<String, String> fences = new HashMap<>();
        for (String fence : header.getOrDefault("fences", "").split("\\s+")) {
            if (fence.contains("=")) {
                fences.put(fence.substring(0, fence.indexOf('=')), fence.substring(fence.indexOf('=') + 1));
            }
        }
        return new Transcript(
                file.getFileName().toString().replace(".txt", ""),
                Generation.valueOf(header.get("generation")),
                flags.equals("(defaults)") ? List.of() : List.of(flags.split("\\s+")),
                fences,
                steps);
    }

    private static Step step(int number, String line) {
        List<String> quoted = new ArrayList<>();
        String bare = takeQuoted(line, quoted);
        int comment = bare.indexOf('#');
        bare = (comment < 0 ? bare : bare.substring(0, comment)).strip();
        double from = -1;
        double to = -1;
        Matcher bounds = BOUNDS.matcher(bare);
        if (bounds.find()) {
            from = bounds.group(1).equals("-") ? -1 : Double.parseDouble(bounds.group(1));
            to = bounds.group(2).equals("-") ? -1 : Double.parseDouble(bounds.group(2));
            bare = bare.replace(bounds.group(), "").strip();
        }
        Matcher parts = STEP.matcher(bare);
        if (!parts.matches()) {
            throw new IllegalArgumentException("line " + number + ": " + line);
        }
        return new Step(number, line, parts.group(1), parts.group(2).strip(), from, to, quoted);
    }

    /** Moves quoted strings, still escaped, out of a line. */
    private static String takeQuoted(String line, List<String> quoted) {
        StringBuilder bare = new StringBuilder();
        int i = 0;
        while (i < line.length()) {
            char c = line.charAt(i);
            if (c == '#' && quoted.isEmpty()) {
                break;
            }
            if (c != '"') {
                bare.append(c);
                i++;
                continue;
            }
            int end = i + 1;
            while (line.charAt(end) != '"') {
                end += line.charAt(end) == '\\' ? 2 : 1;
            }
            quoted.add(line.substring(i + 1, end));
            i = end + 1;
        }
        return bare.toString();
    }
}
