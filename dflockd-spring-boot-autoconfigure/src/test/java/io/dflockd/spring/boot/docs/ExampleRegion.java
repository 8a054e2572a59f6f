package io.dflockd.spring.boot.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Code that a test runs and a document shows: the lines between {@code // tag::name} and {@code // end::name}. With
 * {@code // tag::name[address = "127.0.0.1:6388"]} the document shows the text where the code has the word.
 *
 * @param file the source
 * @param name the name after {@code tag::}
 * @param text the code, as the document shows it
 */
record ExampleRegion(Path file, String name, String text) {

    /** In an example, text that is left out. */
    private static final String OMITTED = "...";

    private static final Pattern TAG = Pattern.compile("// tag::([\\w-]+)(?:\\[(\\w+) = (.+)])?$", Pattern.MULTILINE);

    private static final Pattern TAG_LINE = Pattern.compile("^\\s*// (?:tag|end)::.*$", Pattern.MULTILINE);

    /** White space without a meaning: next to anything that is not a letter or a digit. */
    private static final Pattern SPACE = Pattern.compile("(?<!\\w) | (?!\\w)");

    static List<ExampleRegion> all() throws IOException {
        List<ExampleRegion> regions = new ArrayList<>();
        for (String suffix : List.of(".java", ".kt")) {
            for (Path file : Markdown.find(suffix)) {
                if (isTest(file)) {
                    regions.addAll(in(file));
                }
            }
        }
        return regions;
    }

    private static boolean isTest(Path file) {
        return file.toString().replace('\\', '/').contains("/src/test/");
    }

    private static List<ExampleRegion> in(Path file) throws IOException {
        String source = Files.readString(file);
        List<ExampleRegion> regions = new ArrayList<>();
        Matcher tag = TAG.matcher(source);
        while (tag.find()) {
            String end = "// end::" + tag.group(1) + "\n";
            int to = source.indexOf(end, tag.end());
            if (to < 0) {
                throw new IllegalStateException(file + ": expected '" + end.strip() + "'");
            }
            String text = TAG_LINE.matcher(source.substring(tag.end(), to)).replaceAll("");
            if (tag.group(2) != null) {
                text = text.replaceAll("\\b" + tag.group(2) + "\\b", Matcher.quoteReplacement(tag.group(3)));
            }
            regions.add(new ExampleRegion(Markdown.ROOT.relativize(file), tag.group(1), text));
        }
        return regions;
    }

    /** Whether the example is this code, but for white space and what it leaves out. */
    boolean isShownBy(String example) {
        String shown = Arrays.stream(normalized(example).split(Pattern.quote(OMITTED), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*"));
        return Pattern.compile(shown, Pattern.DOTALL).matcher(normalized(text)).matches();
    }

    /** Whether a test class has this code or names the class that has it. */
    boolean isRunByATest() throws IOException {
        String name = file.getFileName().toString().replaceAll("\\..*", "");
        try (var siblings = Files.list(Markdown.ROOT.resolve(file).getParent())) {
            for (Path sibling : siblings.filter(Files::isRegularFile).toList()) {
                String source = Files.readString(sibling);
                if ((source.contains("@Test") || source.contains("@ParameterizedTest")) && source.contains(name)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static String normalized(String code) {
        return SPACE.matcher(code.strip().replaceAll("\\s+", " ")).replaceAll("");
    }
}
