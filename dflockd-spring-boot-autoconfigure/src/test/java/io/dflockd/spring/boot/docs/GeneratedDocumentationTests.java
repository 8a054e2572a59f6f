package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.metrics.DflockdMeter;
import io.dflockd.spring.boot.metrics.MeterTag;
import io.dflockd.spring.lock.observation.LockObservation;
import io.dflockd.spring.signal.observation.SignalObservation;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The tables in {@code docs/} are generated from what they document. With {@code -Ddocs.write=true} this test writes
 * them; otherwise it fails where they are out of date.
 */
class GeneratedDocumentationTests {

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void tableOfCountersAndGauges() throws Exception {
        String rows = Arrays.stream(DflockdMeter.values())
                .sorted(Comparator.comparing(DflockdMeter::meterName))
                .map(meter -> "| `" + meter.meterName() + "` | "
                        + meter.type().name().toLowerCase(Locale.ROOT) + " | "
                        + meter.tags().stream()
                                .map(tag -> "`" + tag.key() + "`")
                                .collect(Collectors.joining(" ")) + " | "
                        + meter.description() + " |\n")
                .collect(Collectors.joining());
        check("metrics.md", "meters", "| meter | type | tags | what |\n|---|---|---|---|\n" + rows);
    }

    @Test
    void tableOfTags() throws Exception {
        String rows = Arrays.stream(MeterTag.values())
                .map(tag -> "| `" + tag.key() + "` | " + tag.meaning() + " |\n")
                .collect(Collectors.joining());
        check("metrics.md", "tags", "| tag | values |\n|---|---|\n" + rows);
    }

    @Test
    void tableOfObservations() throws Exception {
        StringBuilder rows = new StringBuilder();
        for (ObservationDocumentation[] documented :
                new ObservationDocumentation[][] {LockObservation.values(), SignalObservation.values()}) {
            for (ObservationDocumentation observation : documented) {
                rows.append("| `")
                        .append(observation
                                .getDefaultConvention()
                                .getDeclaredConstructor()
                                .newInstance()
                                .getName())
                        .append("` | ")
                        .append(names(observation.getLowCardinalityKeyNames()))
                        .append(" | ")
                        .append(names(observation.getHighCardinalityKeyNames()))
                        .append(" |\n");
            }
        }
        check(
                "metrics.md",
                "observations",
                "| observation | tags of its timer | in traces only |\n|---|---|---|\n" + rows);
    }

    @Test
    void tableOfProperties() throws Exception {
        Map<String, String> rows = new TreeMap<>();
        ConfigurationMetadata.properties().forEach(property -> {
            String name = property.get("name").asString();
            if (name.startsWith("dflockd.") && !name.startsWith(ConfigurationMetadata.NAMED_CLIENT)) {
                JsonNode value = property.get("defaultValue");
                rows.put(
                        name,
                        "| `" + name + "` | " + (value == null ? "" : "`" + text(value) + "`") + " | "
                                + property.get("description").asString() + " |\n");
            }
        });
        check(
                "configuration.md",
                "properties",
                "| property | default | what |\n|---|---|---|\n" + String.join("", rows.values()));
    }

    private static String text(JsonNode value) {
        return value.isArray() ? value.get(0).asString() : value.asString();
    }

    private static String names(KeyName[] names) {
        return Arrays.stream(names).map(name -> "`" + name.asString() + "`").collect(Collectors.joining(" "));
    }

    private static void check(String file, String table, String expected) throws IOException {
        Path path = DOCS.resolve(file);
        String content = Files.readString(path);
        Pattern marked =
                Pattern.compile("(<!-- begin " + table + " -->\n).*?(<!-- end " + table + " -->)", Pattern.DOTALL);
        Matcher matcher = marked.matcher(content);
        assertThat(matcher.find())
                .as(path + " has a place for the table '" + table + "'")
                .isTrue();
        String wanted =
                matcher.replaceFirst(match -> Matcher.quoteReplacement(match.group(1) + expected + match.group(2)));
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(path, wanted);
        } else {
            assertThat(content).as("run the test with -Ddocs.write=true").isEqualTo(wanted);
        }
    }
}
