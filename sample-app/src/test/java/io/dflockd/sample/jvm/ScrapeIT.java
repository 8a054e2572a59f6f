package io.dflockd.sample.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.ConnectionView;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What {@code docs/metrics.md} says is what the packaged sample's {@code /actuator/prometheus} shows, and the reverse. */
class ScrapeIT {

    private static final Pattern ROW =
            Pattern.compile("^\\| `(dflockd\\.[a-z.]+)` \\|(?: (counter|gauge) \\|)? ([^|]*) \\|");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    private static final Pattern SAMPLE = Pattern.compile("^(dflockd_[a-z_]+)\\{([^}]*)}");

    /** What needs more than a few requests to happen. */
    private static final Set<String> RARE = Set.of(
            "dflockd_abandoned_total",
            "dflockd_renewal_failures_total",
            "dflockd_resumptions_total",
            "dflockd_suspensions_total");

    private final HttpClient http = HttpClient.newHttpClient();

    private String base;

    @Test
    void scrapeAndDocumentationAgree() throws Exception {
        Map<String, Set<String>> documented = documented();
        try (EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().start();
                DflockdClient stranger =
                        DflockdClient.builder().servers(server.address()).build();
                JavaProcess sample = JavaProcess.start(
                        Map.of("DFLOCKD_SERVERS", server.address()),
                        List.of(
                                "-jar",
                                System.getProperty("sample.jar"),
                                "--server.port=0",
                                "--dflockd.leader.roles=scrape",
                                "--dflockd.acquire-timeout=2s",
                                "--dflockd.lease-ttl=4s"))) {
            sample.awaitOutput("Started SampleApplication");
            Matcher port = Pattern.compile("started on port (\\d+)").matcher(sample.output());
            assertThat(port.find()).isTrue();
            base = "http://localhost:" + port.group(1);

            provoke(server, stranger);

            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Map<String, Set<String>> scraped = scraped();
                assertThat(documented).containsAllEntriesOf(scraped);
                Set<String> missing = new TreeSet<>(documented.keySet());
                missing.removeAll(scraped.keySet());
                missing.removeAll(RARE);
                missing.removeIf(name -> name.startsWith("dflockd_signals_") || name.startsWith("dflockd_signal_"));
                assertThat(missing).isEmpty();
            });
            assertThat(get("/actuator/prometheus")).doesNotContain("order:").doesNotContain("stock:");
        }
    }

    private void provoke(EmbeddedDflockdServer server, DflockdClient stranger) throws Exception {
        post("/stock/apples").join();
        try (LockHandle busy = stranger.lock("order:1").acquire()) {
            assertThat(post("/orders/1").join()).isEqualTo(409);
        }
        CompletableFuture<Integer> losing = post("/orders/2?seconds=6");
        server.await(view -> view.count("n") > 0, Duration.ofSeconds(10));
        server.faults().expireNow("order:2");
        assertThat(losing.join()).isNotEqualTo(409);
        for (ConnectionView connection : server.view().connections()) {
            server.faults().cut(connection.id());
        }
        post("/orders/3").join();
        server.stop();
        post("/orders/4").join();
        server.start();
        Awaitility.await().until(() -> post("/orders/5").join() == 200);
    }

    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> found = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "metrics.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.find() && row.group(3).contains("`")) {
                Set<String> tags = CODE.matcher(row.group(3))
                        .results()
                        .map(code -> code.group(1).replace('.', '_'))
                        .collect(Collectors.toCollection(TreeSet::new));
                String name = row.group(1).replace('.', '_');
                if (row.group(2) == null) {
                    found.put(name + "_active_seconds", Set.copyOf(tags));
                    tags.add("error");
                    found.put(name + "_seconds", tags);
                } else {
                    found.put(row.group(2).equals("counter") ? name + "_total" : name, tags);
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(15);
        return found;
    }

    private Map<String, Set<String>> scraped() {
        Map<String, Set<String>> found = new TreeMap<>();
        get("/actuator/prometheus").lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (sample.find()) {
                String name = sample.group(1).replaceFirst("_seconds_(count|sum|max|bucket)$", "_seconds");
                Set<String> tags = Pattern.compile("([a-z_]+)=\"")
                        .matcher(sample.group(2))
                        .results()
                        .map(tag -> tag.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                found.put(name, tags);
            }
        });
        return found;
    }

    private CompletableFuture<Integer> post(String path) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create(base + path))
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(response -> response.statusCode());
    }

    private String get(String path) {
        return http.sendAsync(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString())
                .join()
                .body();
    }
}
