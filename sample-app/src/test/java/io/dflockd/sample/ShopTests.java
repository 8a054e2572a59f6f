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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ShopTests {

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedDflockdServer server;

    @Autowired
    private GatedWork work;

    @Test
    void secondOrderOfTheSameIdWaitsForTheFirst() {
        CompletableFuture<HttpResponse<String>> first = post("/orders/7");
        server.await(view -> view.holders("order:7").size() == 1, Duration.ofSeconds(10));
        CompletableFuture<HttpResponse<String>> second = post("/orders/7");
        server.await(view -> view.waiters("order:7").size() == 1, Duration.ofSeconds(10));
        assertThat(second).isNotDone();

        work.letEnd("order 7");
        assertThat(first.join().statusCode()).isEqualTo(200);
        assertThat(second.join().statusCode()).isEqualTo(200);
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void stockIsCountedUnderALock() {
        CompletableFuture<HttpResponse<String>> counting = post("/stock/apples");
        server.await(view -> view.holders("stock:apples").size() == 1, Duration.ofSeconds(10));
        assertThat(counting).isNotDone();
        work.letEnd("stock of apples");
        assertThat(counting.join().body()).contains("stock of apples");
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void twoReportsAtATime() {
        CompletableFuture<HttpResponse<String>> one = post("/reports/a");
        CompletableFuture<HttpResponse<String>> two = post("/reports/b");
        server.await(view -> view.holders("report").size() == 2, Duration.ofSeconds(10));
        CompletableFuture<HttpResponse<String>> three = post("/reports/c");
        server.await(view -> view.waiters("report").size() == 1, Duration.ofSeconds(10));
        assertThat(three).isNotDone();
        work.letEnd("report a");
        work.letEnd("report b");
        work.letEnd("report c");
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

        work.letEnd("desk for ticket " + first);
        work.letEnd("desk for ticket " + second);
        assertThat(post("/tickets/" + first + "/use").join().statusCode()).isEqualTo(200);

        assertThat(waiting.join().statusCode()).isEqualTo(200);
        assertThat(post("/tickets/" + first + "/use").join().statusCode()).isEqualTo(404);
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @Test
    void ticketThatIsUsedTooEarlyKeepsItsPlace() {
        String first = ticket(post("/desks/2/tickets").join().body(), "ACQUIRED");
        String second = ticket(post("/desks/2/tickets").join().body(), "QUEUED");
        String third = ticket(post("/desks/2/tickets").join().body(), "QUEUED");

        HttpResponse<String> early =
                post("/tickets/" + second + "/use?patience=0").join();

        assertThat(early.statusCode()).isEqualTo(409);
        assertThat(early.body()).contains("still in the queue");
        for (String next : List.of(first, second, third)) {
            work.letEnd("desk for ticket " + next);
            assertThat(post("/tickets/" + next + "/use").join().statusCode()).isEqualTo(200);
        }
        server.awaitQuiet(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders/%20", "/stock/%20", "/orders/a%20b", "/desks/%20/tickets"})
    void blankInAKeyIsABadRequest(String path) {
        HttpResponse<String> refused = post(path).join();
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("key").doesNotContain("io.dflockd");
    }

    @Test
    void healthShowsTheServer() {
        assertThat(get("/actuator/health").body())
                .contains("\"dflockd\"")
                .contains(server.address())
                .contains("roundTripMillis");
    }

    /** Work that lasts until the test lets it end, instead of some seconds. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Gated {

        @Bean
        @Primary
        GatedWork gatedWork() {
            return new GatedWork();
        }
    }

    static class GatedWork extends Work {

        private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();

        GatedWork() {
            super("0");
        }

        void letEnd(String what) {
            gate(what).countDown();
        }

        @Override
        Receipt run(String what, int seconds, long askedAt) throws InterruptedException {
            if (!gate(what).await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let " + what + " end");
            }
            return super.run(what, 0, askedAt);
        }

        private CountDownLatch gate(String what) {
            return gates.computeIfAbsent(what, any -> new CountDownLatch(1));
        }
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
