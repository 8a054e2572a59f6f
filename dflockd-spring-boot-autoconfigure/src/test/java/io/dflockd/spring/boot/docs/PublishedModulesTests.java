package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.boot.autoconfigure.DflockdAutoConfiguration;
import io.dflockd.spring.lock.LockTemplate;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users get: the modules that are published. */
class PublishedModulesTests {

    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @ValueSource(
            classes = {
                DflockdClient.class,
                EmbeddedDflockdServer.class,
                LockTemplate.class,
                DflockdAutoConfiguration.class
            })
    void moduleHasLicenceAndNotice(Class<?> ofModule) throws Exception {
        for (String file : List.of("LICENSE", "NOTICE")) {
            assertThat(new String(
                            resource(ofModule, "META-INF/" + file).openStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(ROOT.resolve(file)));
        }
    }

    @Test
    void bomHasEveryPublishedModule() throws Exception {
        List<String> published = matches(ROOT.resolve("pom.xml"), "<module>(.*?)</module>").stream()
                .filter(module -> module.startsWith("dflockd-") && !module.equals("dflockd-bom"))
                .toList();
        assertThat(matches(ROOT.resolve("dflockd-bom/pom.xml"), "<artifactId>(dflockd-.*?)</artifactId>"))
                .containsAll(published)
                .containsOnlyOnceElementsOf(published);
    }

    @Test
    void otherModulesAreNotPublished() throws Exception {
        List<String> others = matches(ROOT.resolve("pom.xml"), "<module>(.*?)</module>").stream()
                .filter(module -> !module.startsWith("dflockd-"))
                .toList();
        assertThat(others)
                .isNotEmpty()
                .allSatisfy(module -> assertThat(
                                Files.readString(ROOT.resolve(module).resolve("pom.xml")))
                        .contains("<maven.deploy.skip>true</maven.deploy.skip>"));
        assertThat(matches(ROOT.resolve("pom.xml"), "<excludeArtifact>(.*?)</excludeArtifact>"))
                .containsAll(others);
    }

    private static URL resource(Class<?> ofModule, String name) throws IOException {
        String location =
                ofModule.getProtectionDomain().getCodeSource().getLocation().toString();
        return URI.create(location.endsWith("/") ? location + name : "jar:" + location + "!/" + name)
                .toURL();
    }

    private static List<String> matches(Path file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
