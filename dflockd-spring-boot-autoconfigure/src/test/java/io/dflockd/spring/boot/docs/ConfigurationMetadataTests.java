package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.spring.boot.autoconfigure.DflockdClientProperties;
import java.beans.PropertyDescriptor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import tools.jackson.databind.JsonNode;

/** What an IDE can show. */
class ConfigurationMetadataTests {

    @Test
    void keysOfNamedClientsAreThere() {
        assertThat(ConfigurationMetadata.propertiesOfAClient())
                .containsExactlyInAnyOrderElementsOf(keysOf("", DflockdClientProperties.class));
    }

    @Test
    void everyPropertyHasADescriptionThatIsASentence() {
        assertThat(ConfigurationMetadata.properties()).allSatisfy(property -> {
            String name = property.get("name").asString();
            assertThat(property.has("description")).as(name).isTrue();
            assertThat(property.get("description").asString()).as(name).matches("(?s)[A-Z].*\\.");
        });
    }

    @Test
    void closedSetsHaveHintsForEachValueAndWhatItMeans() {
        assertThat(ConfigurationMetadata.properties().filter(ConfigurationMetadataTests::isEnum))
                .isNotEmpty()
                .allSatisfy(property -> {
                    String name = property.get("name").asString();
                    JsonNode values = hint(name).get("values");
                    assertThat(StreamSupport.stream(values.spliterator(), false)
                                    .map(value -> value.get("value").asString()))
                            .as(name)
                            .containsExactlyElementsOf(constants(property));
                    assertThat(StreamSupport.stream(values.spliterator(), false))
                            .as(name)
                            .allSatisfy(value ->
                                    assertThat(value.has("description")).isTrue());
                });
    }

    private static JsonNode hint(String name) {
        return StreamSupport.stream(ConfigurationMetadata.read().get("hints").spliterator(), false)
                .filter(hint -> hint.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no hint for " + name));
    }

    private static List<String> constants(JsonNode property) {
        return Arrays.stream(type(property).getEnumConstants())
                .map(constant ->
                        ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toList();
    }

    private static boolean isEnum(JsonNode property) {
        String type = property.get("type").asString();
        return type.startsWith("io.dflockd.") && type(property).isEnum();
    }

    private static Class<?> type(JsonNode property) {
        try {
            return Class.forName(property.get("type").asString());
        } catch (ClassNotFoundException ex) {
            throw new AssertionError(ex);
        }
    }

    private static List<String> keysOf(String prefix, Class<?> type) {
        return Stream.of(BeanUtils.getPropertyDescriptors(type))
                .filter(property -> !property.getName().equals("class"))
                .flatMap(property -> keysOf(prefix, property))
                .toList();
    }

    private static Stream<String> keysOf(String prefix, PropertyDescriptor property) {
        String name = prefix + property.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return property.getWriteMethod() == null
                ? keysOf(name + ".", property.getPropertyType()).stream()
                : Stream.of(name);
    }
}
