package io.dflockd.sample.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The console of the packaged sample in a real browser. Writes its pictures to {@code target/console}; those of the documentation are
 * copies of them.
 */
class ConsoleBrowserIT {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private static final Path PICTURES = Path.of("target", "console");

    private EmbeddedDflockdServer server;

    private Chromium browser;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(Chromium.isInstalled(), "no chromium and chromedriver on the PATH: install both to run this test");
        server = EmbeddedDflockdServer.builder().start();
        browser = Chromium.start();
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void pageOfTheWaiterShowsHowItGetsTheLockOfAKilledHolder() {
        try (JavaProcess first = sample();
                JavaProcess second = sample()) {
            String holder = "port " + port(first);
            String waiter = "port " + port(second);
            browser.open(url(first));
            browser.awaitText("#connection", "Live");
            browser.click("form[action='/console/take'] button");
            browser.awaitText("#handles", "HELD");
            browser.type("form:has([name=limit]) [name=key]", "report");
            browser.click("form:has([name=limit]) button");
            browser.awaitText("#handles", "report");

            browser.open(url(second));
            browser.awaitText("#connection", "Live");
            browser.click("form[action='/console/take'] [formaction='/console/queue']");
            browser.awaitText("#handles", "WAITING");
            browser.click("form:has([name=limit]) button");
            browser.click("form[action='/console/signal'] button");
            browser.awaitText("#events", "shop.orders.new order 7");
            browser.awaitText("#keys tr[data-id='lock order:7'] td:nth-child(2)", holder);
            browser.awaitText("#keys tr[data-id='lock order:7'] td:nth-child(3)", waiter);
            browser.awaitText("#keys tr[data-id='semaphore report'] td:nth-child(2)", waiter);
            browser.awaitText("#outcome", "emitted");
            browser.screenshot(PICTURES.resolve("console.png"));

            first.kill();

            browser.awaitText("#handles tr[data-id='1 1'] .state", "HELD");
            browser.awaitText("#events", "order:7 acquired after");
            browser.awaitText("#events", holder + " is gone");
            browser.awaitText("#keys tr[data-id='lock order:7'] td:nth-child(2)", waiter);
            browser.awaitText("#keys tr[data-id='lock order:7'] td:nth-child(3)", "nobody");
            browser.await(
                    "a renewal",
                    () -> !browser.text("#handles tr[data-id='1 1'] td:nth-child(5)")
                            .equals("0"));
            browser.colors("dark");
            browser.screenshot(PICTURES.resolve("console-dark.png"));

            // By keyboard: the focus goes to the title when the button is gone.
            browser.script("document.querySelector(\"#handles tr[data-id='1 1'] button\").focus()");
            browser.press("\n");
            browser.awaitText("#events", "order:7 released after");
            browser.awaitText("#handles tr[data-id='1 1'] .state", "RELEASED");
            assertThat(browser.script("return document.activeElement.id")).isEqualTo("handles-title");
            browser.await("it is free", () -> browser.count("#keys tr[data-id='lock order:7']") == 0);
        }
    }

    @Test
    void pageShowsLossesAndAServerThatIsDownAndRecovers() throws Exception {
        try (JavaProcess sample = sample()) {
            browser.open(url(sample));
            browser.awaitText("#connection", "Live");
            browser.click("form[action='/console/take'] button");
            browser.awaitText("#handles", "HELD");

            server.stop();

            browser.awaitText("#servers .state", "DOWN");
            browser.awaitText("#servers", "Connection refused");
            browser.awaitText("#handles .state", "LOST");
            browser.awaitText("#handles", "CONNECTION_LOST");
            browser.awaitText("#events", "order:7 lost: CONNECTION_LOST");
            browser.windowWidth(400);
            browser.screenshot(PICTURES.resolve("console-narrow.png"));
            assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                    .as("nothing is wider than a small screen")
                    .isLessThanOrEqualTo(400);

            server.start();

            browser.awaitText("#servers .state", "UP");
            browser.awaitText("#events", "is up again");
        }
    }

    @Test
    void thousandKeysAndKeysThatLookLikeHtmlStayUsable() throws Exception {
        String evil = "<img/src=x/onerror=document.title='evil'>";
        try (JavaProcess sample = sample();
                DflockdClient other =
                        DflockdClient.builder().servers(server.address()).build()) {
            List<CompletableFuture<LockHandle>> taken = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                taken.add(other.lock("key:" + i).acquireAsync());
            }
            taken.add(other.lock(evil).acquireAsync());
            taken.forEach(CompletableFuture::join);

            browser.open(url(sample));
            browser.awaitText("#keyCount", "the first 100 of 1001 keys");
            browser.type("#filter input", "KEY:77");
            browser.awaitText("#keyCount", "11 that match, of 1001 keys");
            assertThat(browser.count("#keys tbody tr")).isEqualTo(11);
            browser.type("#filter input", "onerror");
            browser.awaitText("#keys", evil);
            assertThat(browser.count("#keys img")).isZero();
            browser.click("#keys .queue");
            browser.awaitText("#outcome", evil);
            browser.awaitText("#handles", evil);
            assertThat(browser.script("return document.title")).asString().doesNotContain("evil");

            try (Chromium plain = Chromium.startWithoutJavaScript()) {
                plain.open(url(sample) + "?filter=onerror");
                plain.awaitText("#connection noscript a", "load it again");
                assertThat(plain.text("#keyCount")).isEqualTo("1 that match, of 1001 keys");
                assertThat(plain.text("#keys")).contains(evil).contains("another client");
                assertThat(plain.text("#handles")).contains(evil).contains("WAITING");
                plain.click("#handles .withdraw");
                plain.awaitText("#handles", "withdrawn");
                assertThat(plain.count("img")).isZero();
            }
            taken.forEach(held -> held.join().release());
        }
    }

    private JavaProcess sample() {
        return JavaProcess.start(
                Map.of("DFLOCKD_SERVERS", server.address()),
                List.of("-jar", System.getProperty("sample.jar"), "--server.port=0"));
    }

    private static String url(JavaProcess sample) {
        return "http://localhost:" + port(sample) + "/";
    }

    private static int port(JavaProcess sample) {
        sample.awaitOutput("Started SampleApplication");
        Matcher port = PORT.matcher(sample.output());
        assertThat(port.find()).as(sample::output).isTrue();
        return Integer.parseInt(port.group(1));
    }
}
