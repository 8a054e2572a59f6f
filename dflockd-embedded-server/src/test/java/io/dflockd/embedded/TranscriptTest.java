package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.cli.CommandLine;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays conversations, each against a fresh server, time bounds included. Those in {@code transcripts} were recorded
 * with real servers; those in {@code transcripts-derived} were written down from the description of the protocol. The
 * system property {@code dflockd.transcripts} names a directory to replay instead.
 */
@Execution(ExecutionMode.CONCURRENT)
class TranscriptTest {

    private static final String RECORDED = "transcripts";
    private static final String DERIVED = "transcripts-derived";
    private static final int ATTEMPTS = 5;

    @BeforeAll
    static void warmUp() throws Exception {
        // The recordings' bounds are for a server that has its code loaded.
        for (Transcript transcript : List.of(load("001-lock-acquire-release.g2"), load("107-tls.g2"))) {
            replay(transcript);
        }
    }

    static Stream<Transcript> transcripts() throws IOException, URISyntaxException {
        String other = System.getProperty("dflockd.transcripts");
        List<Transcript> all = new ArrayList<>();
        for (Path directory :
                other == null ? List.of(resources(RECORDED), resources(DERIVED)) : List.of(Path.of(other))) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".txt"))
                        .sorted()
                        .toList()) {
                    all.add(Transcript.read(file));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transcripts")
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void replays(Transcript transcript) throws Exception {
        replay(transcript);
    }

    @Test
    void findsTheRecordings() throws Exception {
        assertThat(transcripts())
                .hasSizeGreaterThan(100)
                .allMatch(t -> !t.name().isEmpty());
    }

    /** Plays a conversation; again if it failed while the machine had no time for us, which proves nothing. */
    private static void replay(Transcript transcript) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try (Standstill standstill = new Standstill()) {
                try {
                    replayOnce(transcript);
                    return;
                } catch (AssertionError e) {
                    if (attempt == ATTEMPTS || !standstill.seen()) {
                        throw e;
                    }
                }
            }
        }
    }

    private static void replayOnce(Transcript transcript) throws Exception {
        Stream<String> generation =
                Stream.of("--generation", transcript.generation().name());
        List<String> flags = Stream.concat(generation, transcript.flags().stream())
                .map(f -> f.equals("cert.pem") ? TestTls.certificate().toString() : f)
                .map(f -> f.equals("key.pem") ? TestTls.key().toString() : f)
                .toList();
        EmbeddedDflockdServerBuilder builder =
                EmbeddedServerMain.builder(CommandLine.parse(flags, Map.of())).port(0);
        try (EmbeddedDflockdServer server = builder.start();
                TranscriptPlayer player = new TranscriptPlayer(server, transcript)) {
            player.play(transcript.steps());
        }
    }

    private static Transcript load(String name) throws IOException, URISyntaxException {
        return Transcript.read(resources(RECORDED).resolve(name + ".txt"));
    }

    private static Path resources(String directory) throws URISyntaxException {
        URL url = Objects.requireNonNull(TranscriptTest.class.getResource("/" + directory));
        return Path.of(url.toURI());
    }
}
