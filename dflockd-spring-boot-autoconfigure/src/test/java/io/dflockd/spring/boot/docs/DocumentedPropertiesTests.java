package io.dflockd.spring.boot.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.boot.autoconfigure.TestCertificates;
import io.dflockd.spring.boot.docs.Markdown.Block;
import io.dflockd.spring.boot.metrics.DflockdMeter;
import io.dflockd.spring.boot.metrics.MeterTag;
import io.dflockd.spring.lock.observation.LockObservation;
import io.dflockd.spring.signal.observation.SignalObservation;
import io.micrometer.observation.docs.ObservationDocumentation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.ClassUtils;

/** Properties in the documents: those of the examples start an application, and every other name exists. */
class DocumentedPropertiesTests {

    private static final Pattern NAME = Pattern.compile("`(dflockd\\.[a-z0-9.<>*-]+)");

    private static final Set<String> SYSTEM_PROPERTIES =
            Set.of("dflockd.loop", "dflockd.test.servers", "dflockd.test.soak");

    @TempDir
    private Path folder;

    @Test
    void everyExampleStartsAnApplication() throws Exception {
        List<Block> blocks = Markdown.blocks().stream()
                .filter(block -> Set.of("yaml", "properties").contains(block.language()))
                .toList();
        assertThat(blocks).isNotEmpty();
        for (Block block : blocks) {
            if (!block.text().startsWith("services:")) {
                start(block);
            }
        }
    }

    @Test
    void composeFileHasTheImageAndThePortThatBootConnectsTo() throws Exception {
        for (Block block : Markdown.blocks()) {
            if (block.text().startsWith("services:")) {
                EnumerablePropertySource<?> service = load(block);
                assertThat(service.getProperty("services.dflockd.image")).hasToString("dflockd");
                assertThat(service.getProperty("services.dflockd.ports[0]")).hasToString("6388:6388");
                assertThat(service.containsProperty("services.dflockd.environment.DFLOCKD_AUTH_TOKEN"))
                        .isTrue();
                ShellExample.check("./dflockd " + service.getProperty("services.dflockd.command[0]") + " "
                        + service.getProperty("services.dflockd.command[1]"));
            }
        }
    }

    @Test
    void everyNameInTheTextExists() throws Exception {
        Set<String> known = knownNames();
        Set<String> unknown = new TreeSet<>();
        for (Path file : Markdown.files()) {
            NAME.matcher(Files.readString(file))
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> !known.contains(general(name).replaceAll("\\.(\\*|active)?$", "")))
                    .forEach(name -> unknown.add(file + ": " + name));
        }
        assertThat(unknown).isEmpty();
    }

    private void start(Block block) throws Exception {
        EnumerablePropertySource<?> properties = load(block);
        Set<String> known = knownNames();
        assertThat(properties.getPropertyNames())
                .as(block.toString())
                .filteredOn(name -> name.startsWith("dflockd."))
                .isNotEmpty()
                .allMatch(name -> known.contains(general(name)));
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(configurations()))
                .withInitializer(
                        context -> context.getEnvironment().getPropertySources().addFirst(properties))
                .withPropertyValues("DFLOCKD_TOKEN=sesame", "dflockd.leader.auto-startup=false")
                .run(context -> assertThat(context)
                        .as(block.toString())
                        .hasNotFailed()
                        .getBeans(DflockdClient.class)
                        .isNotEmpty());
    }

    private EnumerablePropertySource<?> load(Block block) throws Exception {
        String text = block.text().replace("/etc/dflockd/ca.pem", certificate().toString());
        PropertySourceLoader loader =
                block.language().equals("yaml") ? new YamlPropertySourceLoader() : new PropertiesPropertySourceLoader();
        return (EnumerablePropertySource<?>)
                loader.load(block.toString(), new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)))
                        .get(0);
    }

    private Path certificate() throws Exception {
        Path file = folder.resolve("ca.pem");
        if (!Files.exists(file)) {
            KeyStore store = KeyStore.getInstance(
                    TestCertificates.newStore("localhost").toFile(), TestCertificates.PASSWORD.toCharArray());
            String certificate = Base64.getMimeEncoder()
                    .encodeToString(store.getCertificate("test").getEncoded());
            Files.writeString(file, "-----BEGIN CERTIFICATE-----\n" + certificate + "\n-----END CERTIFICATE-----\n");
        }
        return file;
    }

    private static Class<?>[] configurations() {
        ClassLoader loader = DocumentedPropertiesTests.class.getClassLoader();
        return Stream.concat(
                        Stream.of(SslAutoConfiguration.class),
                        StreamSupport.stream(
                                        ImportCandidates.load(AutoConfiguration.class, loader)
                                                .spliterator(),
                                        false)
                                .filter(name -> name.startsWith("io.dflockd."))
                                .map(name -> ClassUtils.resolveClassName(name, loader)))
                .toArray(Class<?>[]::new);
    }

    /** The name with "*" in the place of the name of a client, and without an index. */
    private static String general(String name) {
        return name.replaceAll("^dflockd\\.clients\\.[^.]+", "dflockd.clients.*")
                .replaceAll("\\[\\d+]$", "");
    }

    /** Properties and what they begin with, meters, observations and their tags. */
    private static Set<String> knownNames() throws Exception {
        Set<String> known = new HashSet<>(SYSTEM_PROPERTIES);
        known.add("dflockd");
        for (String name : ConfigurationMetadata.names().toList()) {
            for (String part = name; part.contains("."); part = part.substring(0, part.lastIndexOf('.'))) {
                known.add(part);
            }
        }
        Arrays.stream(DflockdMeter.values()).forEach(meter -> known.add(meter.meterName()));
        Arrays.stream(MeterTag.values()).forEach(tag -> known.add(tag.key()));
        for (ObservationDocumentation observation : Stream.<ObservationDocumentation>concat(
                        Arrays.stream(LockObservation.values()), Arrays.stream(SignalObservation.values()))
                .toList()) {
            known.add(observation
                    .getDefaultConvention()
                    .getDeclaredConstructor()
                    .newInstance()
                    .getName());
            Stream.of(observation.getLowCardinalityKeyNames(), observation.getHighCardinalityKeyNames())
                    .flatMap(Arrays::stream)
                    .forEach(tag -> known.add(tag.asString()));
        }
        return known;
    }
}
