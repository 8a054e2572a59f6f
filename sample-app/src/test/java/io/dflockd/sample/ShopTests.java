package io.dflockd.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.embedded.WaiterView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedDflockdServer server;

    @Test
    void secondOrderOfTheSameIdWaitsForTheFirst() {
        CompletableFuture<HttpResponse<String>> first = post("/orders/7?seconds=1");
        server.await(view -> view.holders("order:7").size() == 1, Duration.ofSeconds(10));
        CompletableFuture<HttpResponse<String>> second = post("/orders/7");
        server.await(view -> view.waiters("order:7").size() == 1, Duration.ofSeconds(10));
        assertThat(second).isNotDone();

        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(second.join().statusCode()).isEqualTo(200);
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void stockIsCountedUnderALock() {
        CompletableFuture<HttpResponse<String>> counting = post("/stock/apples?seconds=1");
        server.await(view -> view.holders("stock:apples").size() == 1, Duration.ofSeconds(10));
        assertThat(counting.join().body()).contains("stock of apples");
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void twoReportsAtATime() {
        CompletableFuture<HttpResponse<String>> one = post("/reports/a?seconds=1");
        CompletableFuture<HttpResponse<String>> two = post("/reports/b?seconds=1");
        server.await(view -> view.holders("report").size() == 2, Duration.ofSeconds(10));
        CompletableFuture<HttpResponse<String>> three = post("/reports/c");
        server.await(view -> view.waiters("report").size() == 1, Duration.ofSeconds(10));
        assertThat(three).isNotDone();
        assertThat(one.join().statusCode()).isEqualTo(200);
        assertThat(two.join().statusCode()).isEqualTo(200);
        assertThat(three.join().statusCode()).isEqualTo(200);
    }

    @Test
    void ticketKeepsAPlaceInTheQueueBetweenTwoRequests() {
        String first = ticket(post("/desks/1/tickets").join().body(), "ACQUIRED");
        String second = ticket(post("/desks/1/tickets").join().body(), "QUEUED");
        CompletableFuture<HttpResponse<String>> waiting = post("/tickets/" + second + "/use");
        server.await(view -> view.waiters("desk:1").stream().anyMatch(WaiterView::blocked), Duration.ofSeconds(10));
        assertThat(waiting).isNotDone();

        assertThat(post("/tickets/" + first + "/use").join().statusCode()).isEqualTo(200);

        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(post("/tickets/" + first + "/use").join().statusCode()).isEqualTo(404);
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void healthShowsTheServer() {
        assertThat(get("/actuator/health").body())
                .contains("\"dflockd\"")
                .contains(server.address())
                .contains("roundTripMillis");
    }

    private static String ticket(String json, String state) {
        assertThat(json).contains(state);
        return json.replaceAll(".*\"id\":\"([^\"]+)\".*", "$1");
    }

    private CompletableFuture<HttpResponse<String>> post(String path) {
        return http.sendAsync(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.ofString()).join();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }
}
