package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Links in the documentation lead to files and headings that are there. */
class LinkTests {

    private static final Path ROOT = Path.of("..");

    private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target"))
                    .map(ROOT::relativize)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        Set<String> broken = new TreeSet<>();
        LINK.matcher(prose(ROOT.resolve(page)))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .filter(link -> !leadsSomewhere(page, link))
                .forEach(broken::add);
        assertThat(broken)
                .as("links of %s to files or headings that are not there", page)
                .isEmpty();
    }

    @Test
    void indexHasEveryPage() throws IOException {
        String index = Files.readString(ROOT.resolve("docs/README.md"));
        assertThat(pages().stream()
                        .filter(page -> page.startsWith("docs") && page.getNameCount() == 2)
                        .map(page -> page.getFileName().toString())
                        .filter(page -> !page.equals("README.md")))
                .hasSizeGreaterThan(10)
                .allSatisfy(page -> assertThat(index).contains("](" + page));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"What is promised, and what is not|what-is-promised-and-what-is-not", "A `b.c` Lock|a-bc-lock"})
    void anchorIsMadeAsOnGitHub(String heading, String anchor) {
        assertThat(anchor(heading)).isEqualTo(anchor);
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path file = parts[0].isEmpty()
                ? ROOT.resolve(page)
                : ROOT.resolve(page).resolveSibling(parts[0]).normalize();
        return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
    }

    private static Set<String> anchors(Path file) {
        Set<String> anchors = new TreeSet<>();
        Map<String, Integer> seen = new HashMap<>();
        HEADING.matcher(prose(file)).results().forEach(heading -> {
            String anchor = anchor(heading.group(1));
            int before = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        });
        return anchors;
    }

    private static String anchor(String heading) {
        return heading.strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static String prose(Path file) {
        try {
            return CODE_BLOCK.matcher(Files.readString(file)).replaceAll("");
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
