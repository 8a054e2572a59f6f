package io.dflockd.sample.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged sample, as {@code java -jar} runs it. */
class PackagedSampleIT {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder().start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void processedAheadOfTimeWithoutServersItConnectsWhereTheEnvironmentSays() {
        try (JavaProcess sample = sample(List.of("-Dspring.aot.enabled=true"))) {
            int port = port(sample);
            assertThat(sample.output())
                    .contains("Starting AOT-processed SampleApplication")
                    .doesNotContain("Embedded dflockd server listens");

            CompletableFuture<HttpResponse<String>> order = post(port, "/orders/1?seconds=1");

            server.await(view -> view.holders("order:1").size() == 1, Duration.ofSeconds(20));
            assertThat(order.join().statusCode()).isEqualTo(200);
            assertThat(get(port, "/actuator/health")).contains(server.address()).contains("\"status\":\"UP\"");
        }
    }

    @Test
    void processedAheadOfTimeItStillStartsTheEmbeddedServerWhereNothingElseIsSaid() {
        try (JavaProcess sample = JavaProcess.start(
                Map.of("DFLOCKD_CLIENTS_REPORTS_SERVERS", server.address()),
                arguments(List.of("-Dspring.aot.enabled=true"), "--dflockd.embedded.port=0"))) {
            int port = port(sample);
            assertThat(get(port, "/actuator/dflockd"))
                    .as("a client that was not there at build time")
                    .contains("\"reports\"");
            assertThat(sample.output()).contains("Embedded dflockd server listens");
            assertThat(post(port, "/orders/1").join().statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void terminationLetsAGuardedRequestEndAndFreesItsLock(String virtualThreads) throws Exception {
        try (JavaProcess sample = sample(List.of("-Dspring.threads.virtual.enabled=" + virtualThreads))) {
            int port = port(sample);
            CompletableFuture<HttpResponse<String>> order = post(port, "/orders/9?seconds=3");
            server.await(view -> view.holders("order:9").size() == 1, Duration.ofSeconds(20));

            sample.terminate();

            assertThat(order.join().statusCode()).isEqualTo(200);
            sample.awaitExit(Duration.ofSeconds(20));
            assertThat(server.view().count("r"))
                    .as("released by name, before the connection closed")
                    .isPositive();
            server.awaitQuiet(Duration.ofSeconds(5));
            assertThat(sample.output()).contains("order 9 ends").doesNotContain("Exception");
        }
    }

    @Test
    void itExitsAtOnceWhereNothingIsHeld() throws Exception {
        try (JavaProcess sample = sample(List.of())) {
            int port = port(sample);
            assertThat(post(port, "/orders/1").join().statusCode()).isEqualTo(200);

            sample.terminate();

            // The close timeout of 30 s is not waited for.
            sample.awaitExit(Duration.ofSeconds(10));
        }
    }

    private JavaProcess sample(List<String> options) {
        return JavaProcess.start(Map.of("DFLOCKD_SERVERS", server.address()), arguments(options));
    }

    private static List<String> arguments(List<String> options, String... properties) {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-jar", System.getProperty("sample.jar"), "--server.port=0"));
        arguments.addAll(List.of(properties));
        return arguments;
    }

    private static int port(JavaProcess sample) {
        sample.awaitOutput("Started SampleApplication");
        Matcher port = PORT.matcher(sample.output());
        assertThat(port.find()).as(sample::output).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private CompletableFuture<HttpResponse<String>> post(int port, String path) {
        return http.sendAsync(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private String get(int port, String path) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                                .build(),
                        BodyHandlers.ofString())
                .join()
                .body();
    }
}
