package io.dflockd.sample.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import io.dflockd.spring.signal.SignalOperations;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"sample.console.watchers=2", "sample.console.interval=100ms"})
@Timeout(60)
class ConsoleTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @Autowired
    private EmbeddedDflockdServer server;

    @Autowired
    private Watchers watchers;

    @Autowired
    private ConsoleLocks locks;

    @Autowired
    private Instance instance;

    @Autowired
    private SignalOperations signals;

    @Autowired
    private CountedEnd processEnd;

    private DflockdClient stranger;

    @BeforeEach
    void start() {
        stranger = DflockdClient.builder().servers(server.address()).build();
        processEnd.halts.set(0);
    }

    @AfterEach
    void stop() {
        stranger.close();
        locks.close();
        server.awaitQuiet(SOON);
    }

    @Test
    void snapshotShowsHolderWaitersInOrderHandlesAndHealth() throws Exception {
        LockHandle held = stranger.lock("snap").acquire();
        assertThat(post("queue", "key=snap")).isEqualTo("200 {\"message\":\"queued for snap\"}");
        server.await(view -> view.waiters("snap").size() == 1, SOON);

        assertThat(get("/console/snapshot?filter=snap"))
                .contains("\"address\":\"" + server.address() + "\",\"up\":true")
                .contains("\"holders\":[{\"name\":\"another client, connection ")
                .contains("\"queue\":[\"port " + port + ", ")
                .contains("\"state\":\"WAITING\"")
                .contains("\"action\":\"withdraw\"");

        held.release();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/console/snapshot?filter=snap"))
                        .contains(
                                "\"holders\":[{\"name\":\"port " + port + "\",\"instance\":\"" + instance.id() + "\"}]")
                        .contains("\"state\":\"HELD\"")
                        .contains("\"action\":\"release\""));
    }

    @Test
    void pageWithoutJavaScriptHasTheTablesAndTheEvents() throws Exception {
        post("take", "key=plain&lease=20");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/?filter=plain"))
                        .contains("<tr data-id=\"lock plain\" class=\"own\">")
                        .contains("<span class=\"holder\">port " + port + "</span>")
                        .contains("<span class=\"state\">HELD</span>")
                        .contains("<span class=\"state\">UP</span>")
                        .contains("<code>plain</code> acquired after"));
    }

    @Test
    void buttonWithoutJavaScriptLeadsBackToThePage() throws Exception {
        HttpResponse<String> answer = send(form("take", "key=back").header("Accept", "text/html,*/*;q=0.8"));
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.headers().firstValue("Location")).contains("/");
        HttpResponse<String> refused = send(form("take", "key=back").header("Accept", "text/html,*/*;q=0.8"));
        assertThat(refused.statusCode()).isEqualTo(303);
        assertThat(get("/")).contains("back is busy; queue for it instead");
    }

    @Test
    void textsThatLookLikeHtmlOrLikeTheTemplateAreEscaped() throws Exception {
        String evil = "</td><script>alert('x\"&')</script>{{keys}}";
        post("take", "key=" + encoded(evil));
        post("signal", "channel=shop.evil&payload=" + encoded("<script>alert(2)</script>"));
        await().atMost(SOON).untilAsserted(() -> assertThat(get("/")).contains("&lt;script&gt;alert(2)"));

        String page = get("/?filter=" + encoded("\"><script>alert(3)"));
        assertThat(page + get("/"))
                .contains("&lt;/td&gt;&lt;script&gt;alert(&#39;x&quot;&amp;&#39;)&lt;/script&gt;{{keys}}")
                .contains("value=\"&quot;&gt;&lt;script&gt;alert(3)\"")
                .doesNotContain("<script>");
    }

    @Test
    void thousandKeysAreCountedFilteredAndLimited() throws Exception {
        List<CompletableFuture<LockHandle>> taken = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            taken.add(stranger.lock("many:" + i).acquireAsync());
        }
        taken.forEach(CompletableFuture::join);

        String all = get("/console/snapshot");
        assertThat(all).contains("the first 100 of 1000 keys");
        assertThat(all.split("\"key\":\"many:", -1)).hasSize(101);
        String some = get("/console/snapshot?filter=MANY:77");
        assertThat(some)
                .contains("11 that match, of 1000 keys")
                .contains("many:777")
                .doesNotContain("many:1\"");
        assertThat(get("/?filter=many:999")).contains("many:999").doesNotContain("many:998");
        taken.forEach(held -> held.join().release());
    }

    @Test
    void serverThatIsDownIsShownWithTheReasonAndComesBack() throws Exception {
        post("take", "key=lost-with-server");
        server.stop();
        try {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(get("/console/snapshot"))
                            .contains("\"up\":false")
                            .contains("Connection refused")
                            .contains("\"state\":\"LOST\",\"detail\":\"CONNECTION_LOST\""));
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(get("/"))
                            .contains("<span class=\"state\">DOWN</span>")
                            .contains("lost: CONNECTION_LOST")
                            .contains("is down: ServerUnreachableException"));
            assertThat(post("take", "key=down")).startsWith("503 ").contains("ServerUnreachableException");
        } finally {
            server.start();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get("/"))
                        .contains("<span class=\"state\">UP</span>")
                        .contains("is up again"));
    }

    @Test
    void snapshotsAreTakenWhileSomebodyWatchesAndNotOtherwise() throws Exception {
        await().atMost(SOON).until(() -> !watchers.isPolling());
        List<String> lines = new CopyOnWriteArrayList<>();
        HttpResponse<Stream<String>> stream = watch();
        CompletableFuture<Void> reading =
                CompletableFuture.runAsync(() -> stream.body().forEach(lines::add));
        await().atMost(SOON)
                .until(() -> lines.stream().filter("event:snapshot"::equals).count() >= 2);
        assertThat(watchers.isPolling()).isTrue();

        post("signal", "channel=shop.seen&payload=hello");
        await().atMost(SOON).until(() -> lines.stream().anyMatch(line -> line.contains("shop.seen")));

        stream.body().close();
        await().atMost(SOON).until(() -> watchers.count() == 0 && !watchers.isPolling());
        reading.handle((none, failure) -> null).join();
    }

    @Test
    void oneWatcherTooManyIsRefused() throws Exception {
        HttpResponse<Stream<String>> one = watch();
        HttpResponse<Stream<String>> two = watch();
        HttpResponse<Stream<String>> three = watch();
        assertThat(List.of(one.statusCode(), two.statusCode(), three.statusCode()))
                .containsExactly(200, 200, 503);
        one.body().close();
        two.body().close();
        await().atMost(SOON).until(() -> watchers.count() == 0);
    }

    @Test
    void releaseWithdrawAndPermitsDoWhatTheySay() throws Exception {
        post("take", "key=sem&limit=1");
        assertThat(post("take", "key=sem&limit=1")).startsWith("409 ").contains("sem is busy");
        post("queue", "key=sem&limit=1");
        Hold first = locks.all().get(locks.all().size() - 2);
        Hold second = locks.all().get(locks.all().size() - 1);
        assertThat(second.state()).isEqualTo("WAITING");

        assertThat(post("release", "id=" + first.id())).isEqualTo("200 {\"message\":\"released sem\"}");
        await().atMost(SOON).until(second::isHeld);
        assertThat(post("release", "id=" + first.id())).startsWith("404 ");
        assertThat(first.state()).isEqualTo("RELEASED");

        post("queue", "key=sem&limit=1");
        Hold third = locks.all().get(locks.all().size() - 1);
        assertThat(post("withdraw", "id=" + third.id())).contains("no longer waits for sem");
        assertThat(third.detail()).isEqualTo("withdrawn");

        // The server may have it in its queue until its turn comes.
        post("release", "id=" + second.id());
        server.await(
                view -> view.holders("sem").isEmpty() && view.waiters("sem").isEmpty(), SOON);
    }

    @Test
    void lockThatIsReleasedTooEarlyShowsHowLongItIsKept() throws Exception {
        post("take", "key=kept&atLeast=60");
        Hold hold = locks.all().get(locks.all().size() - 1);
        assertThat(hold.detail()).startsWith("at least ").endsWith(" more");
        post("release", "id=" + hold.id());
        assertThat(hold.state()).isEqualTo("RELEASED");
        assertThat(hold.detail()).startsWith("the key stays locked for ");
        assertThat(server.view().holders("kept")).hasSize(1);
        server.faults().expireNow("kept");
    }

    @Test
    void badInputIsRefusedWithTheReason() throws Exception {
        assertThat(post("take", "key=a%20b")).startsWith("400 ").contains("contains a space");
        assertThat(post("take", "key=a&limit=-1")).startsWith("400 ");
        assertThat(post("take", "key=a&lease=0")).startsWith("400 ");
        assertThat(post("take", "key=a&lease=soon")).startsWith("400 ");
        assertThat(post("take", "")).startsWith("400 ");
        assertThat(post("signal", "channel=shop.*&payload=x")).startsWith("400 ");
        assertThat(post("release", "id=4711")).startsWith("404 ");
    }

    @Test
    void pageOfAnotherSiteCannotPressAButton() throws Exception {
        HttpResponse<String> foreign = send(form("take", "key=foreign").header("Origin", "http://elsewhere.example"));
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(send(form("take", "key=foreign").header("Origin", "null")).statusCode())
                .isEqualTo(403);
        assertThat(server.view().holders("foreign")).isEmpty();
        HttpResponse<String> own = send(form("take", "key=foreign").header("Origin", "http://localhost:" + port));
        assertThat(own.statusCode()).isEqualTo(200);
        assertThat(send(request("/")).headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'self'"));
    }

    @Test
    void killEndsTheInstanceThatIsMeant() throws Exception {
        signals.send("console.kill", "00000000");
        assertThat(post("kill", "instance=00000000")).startsWith("200 ");
        assertThat(post("kill", "instance=" + instance.id())).contains("this instance ends now");
        await().atMost(SOON).until(() -> processEnd.halts.get() == 1);
        signals.send("console.kill", instance.id());
        await().atMost(SOON).until(() -> processEnd.halts.get() == 2);
    }

    @Test
    void killIsRefusedUnlessItIsEnabled() {
        CountedEnd end = new CountedEnd(new ConsoleProperties(false, Duration.ofSeconds(1), 100, 20));
        assertThat(end.request().status().value()).isEqualTo(403);
        assertThat(end.halts).hasValue(0);
    }

    /** Ends nothing. */
    @TestConfiguration(proxyBeanMethods = false)
    static class Ends {

        @Bean
        @Primary
        CountedEnd countedEnd(ConsoleProperties properties) {
            return new CountedEnd(properties);
        }
    }

    static class CountedEnd extends ProcessEnd {

        final AtomicInteger halts = new AtomicInteger();

        CountedEnd(ConsoleProperties properties) {
            super(properties);
        }

        @Override
        void halt() {
            halts.incrementAndGet();
        }
    }

    private HttpResponse<Stream<String>> watch() throws Exception {
        return http.send(request("/console/events").build(), BodyHandlers.ofLines());
    }

    private String get(String path) throws Exception {
        return send(request(path)).body();
    }

    /** Status and body. */
    private String post(String action, String form) throws Exception {
        HttpResponse<String> answer = send(form(action, form));
        return answer.statusCode() + " " + answer.body();
    }

    private HttpRequest.Builder form(String action, String form) {
        return request("/console/" + action)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
