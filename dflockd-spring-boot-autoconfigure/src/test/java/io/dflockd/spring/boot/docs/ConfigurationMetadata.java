package io.dflockd.spring.boot.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metadata that IDEs read, as this build has generated it. */
public final class ConfigurationMetadata {

    /** What stands before the properties of a named client. */
    public static final String NAMED_CLIENT = "dflockd.clients.*.";

    private ConfigurationMetadata() {}

    static JsonNode read() {
        try (InputStream in =
                ConfigurationMetadata.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    static Stream<JsonNode> properties() {
        return StreamSupport.stream(read().get("properties").spliterator(), false);
    }

    /** The names of all properties. */
    public static Stream<String> names() {
        return properties().map(property -> property.get("name").asString());
    }

    /** What can be set for each client, without a prefix. */
    public static Stream<String> propertiesOfAClient() {
        return names().filter(name -> name.startsWith(NAMED_CLIENT)).map(name -> name.substring(NAMED_CLIENT.length()));
    }
}
