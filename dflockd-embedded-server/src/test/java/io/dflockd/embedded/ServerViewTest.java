package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServerViewTest extends ServerTest {

    @Test
    void showsHoldersWaitersAndConnections() throws Exception {
        EmbeddedDflockdServer server = start(virtualTime(Generation.G2));
        Wire a = connect(server);
        Wire b = connect(server);
        Wire c = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k\u00c3\u00a9", "0 60"));
        assertThat(b.ask("e", "k\u00c3\u00a9", "")).isEqualTo("queued");
        c.send("l\nk\u00c3\u00a9\n20\n");
        awaitWaiters(server, "k\u00e9", 2);
        server.advanceLeaseClock(seconds(15));

        ServerView view = server.view();

        assertThat(view.holders("k\u00e9"))
                .containsExactly(new HolderView("k\u00e9", token, 1, 1, seconds(45)))
                .isEqualTo(view.holders());
        assertThat(view.waiters("k\u00e9"))
                .containsExactly(new WaiterView("k\u00e9", 2, false), new WaiterView("k\u00e9", 3, true))
                .isEqualTo(view.waiters());
        assertThat(view.connections()).extracting(ConnectionView::blocked).containsExactly(false, false, true);
        assertThat(view.keys())
                .singleElement()
                .satisfies(k -> assertThat(k.limit()).isEqualTo(1));
        assertThat(view.isQuiet()).isFalse();
        assertThat(view.lastFence()).isEqualTo(1);
        assertThat(view.dump()).contains("k\u00e9", token, "connection 2", "blocked");
    }

    @Test
    void remembersWhatConnectionsSentButNoSecret() throws Exception {
        EmbeddedDflockdServer server =
                start(EmbeddedDflockdServer.builder().authToken("s3cret").requestLogSize(3));
        Wire a = connect(server);
        a.ask("auth", "_", "s3cret");
        a.ask("l", "k", "0 9");
        assertThat(server.view().requestsOf(1))
                .containsExactly(
                        new RequestView(1, "auth", "_", RequestView.REDACTED), new RequestView(1, "l", "k", "0 9"));
        assertThat(server.view().toString()).doesNotContain("s3cret");
        assertThat(server.view().dump()).doesNotContain("s3cret");

        a.ask("n", "k", "x");
        a.ask("stats", "_", "");

        ServerView view = server.view();
        assertThat(view.requests()).extracting(RequestView::command).containsExactly("l", "n", "stats");
        assertThat(view.connection(1).orElseThrow().requestCount()).isEqualTo(4);
        assertThat(view.connection(1).orElseThrow().requests()).isEqualTo(view.requests());
        assertThat(view.count("auth")).isEqualTo(1);
        assertThat(view.count("w")).isZero();
    }

    @Test
    void awaitQuietWaitsOrTellsWhoHoldsWhat() throws Exception {
        EmbeddedDflockdServer server = start();
        server.awaitQuiet(SOON);
        Wire a = connect(server);
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        assertThatThrownBy(() -> server.awaitQuiet(millis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("key 'k'")
                .hasMessageContaining(token);
        a.send("r\nk\n" + token + "\n");
        server.awaitQuiet(SOON);
    }

    @Test
    void aStoppedServerShowsNothing() throws Exception {
        EmbeddedDflockdServer server = EmbeddedDflockdServer.builder().build();
        assertThat(server.view().connections()).isEmpty();
        assertThatThrownBy(server::port).isInstanceOf(IllegalStateException.class);
        server.start();
        connect(server).ask("l", "k", "0");
        server.stop();
        assertThat(server.isRunning()).isFalse();
        assertThat(server.view().isQuiet()).isTrue();
        assertThat(server.toString()).contains("stopped");
        assertThatThrownBy(() -> server.advanceLeaseClock(seconds(1))).isInstanceOf(IllegalStateException.class);
    }
}
