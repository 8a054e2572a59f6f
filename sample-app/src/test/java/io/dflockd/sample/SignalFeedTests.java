package io.dflockd.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@Timeout(60)
class SignalFeedTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private SignalFeed feed;

    @Test
    void browserSeesSignalsAsTheyAreSent() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<Stream<String>> stream =
                http.send(HttpRequest.newBuilder(uri("/signals")).build(), BodyHandlers.ofLines());
        CompletableFuture<Void> reading =
                CompletableFuture.runAsync(() -> stream.body().forEach(lines::add));
        await().atMost(Duration.ofSeconds(10)).until(() -> feed.watchers() == 1);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> send("shop.orders.new", "ready?").body().equals("{\"queuedFor\":1}"));

        assertThat(send("shop.orders.new", "order 7").statusCode()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(10))
                .until(() -> lines.contains("data:{\"channel\":\"shop.orders.new\",\"payload\":\"order 7\"}"));
        assertThat(lines).contains("event:signal");
        assertThat(reading).isNotDone();
    }

    @Test
    void wrongChannelIsABadRequest() throws Exception {
        assertThat(send("shop.*", "x").statusCode()).isEqualTo(400);
    }

    @Test
    void pageIsServed() throws Exception {
        HttpResponse<String> page =
                http.send(HttpRequest.newBuilder(uri("/signals.html")).build(), BodyHandlers.ofString());
        assertThat(page.body()).contains("new EventSource('/signals')");
    }

    private HttpResponse<String> send(String channel, String payload) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/signals/" + channel))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }
}
