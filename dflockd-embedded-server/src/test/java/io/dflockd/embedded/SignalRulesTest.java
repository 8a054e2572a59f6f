package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Delivery, groups and slow listeners, beyond the recordings. */
class SignalRulesTest extends ServerTest {

    @Test
    void plainSubscriptionsOfAConnectionGetOneCopy() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire p = connect(server);
        for (String pattern : List.of("a.b", "a.b", "a.*", ">")) {
            assertThat(a.ask("listen", pattern, "")).isEqualTo("ok");
        }
        assertThat(server.view().connection(idOf(server, a)).orElseThrow().subscriptions())
                .isEqualTo(3);
        assertThat(p.ask("signal", "a.b", "x")).isEqualTo("ok 1");
        assertThat(a.line()).isEqualTo("sig a.b x");
        assertThat(a.ask("unlisten", "a.b", "")).isEqualTo("ok");
        assertThat(a.ask("unlisten", "a.b", "")).isEqualTo("ok");
        assertThat(p.ask("signal", "a.b", "y")).isEqualTo("ok 1");
        assertThat(a.line()).isEqualTo("sig a.b y");
    }

    @Test
    void eachPatternAndGroupIsACopyOfItsOwn() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire p = connect(server);
        a.ask("listen", "a.b", "");
        a.ask("listen", "a.b", "g");
        a.ask("listen", "a.b", "h");
        a.ask("listen", "a.*", "g");
        assertThat(p.ask("signal", "a.b", "x")).isEqualTo("ok 4");
        for (int i = 0; i < 4; i++) {
            assertThat(a.line()).isEqualTo("sig a.b x");
        }
    }

    @Test
    void aMemberThatLeavesIsPassedOver() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire b = connect(server);
        Wire p = connect(server);
        a.ask("listen", "j", "g");
        b.ask("listen", "j", "g");
        p.ask("signal", "j", "1");
        assertThat(a.line()).isEqualTo("sig j 1");
        a.close();
        server.await(v -> v.connections().size() == 2, SOON);
        for (int i = 2; i < 5; i++) {
            assertThat(p.ask("signal", "j", "" + i)).isEqualTo("ok 1");
            assertThat(b.line()).isEqualTo("sig j " + i);
        }
        b.close();
        server.await(v -> v.connections().size() == 1, SOON);
        assertThat(p.ask("signal", "j", "9")).isEqualTo("ok 0");
    }

    @Test
    void payloadsAreBytes() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire p = connect(server);
        a.ask("listen", "c", "");
        assertThat(p.ask("signal", "c", "cr\rinside\r")).isEqualTo("ok 1");
        assertThat(a.line()).isEqualTo("sig c crinside");
        assertThat(p.ask("signal", "c", " \u00ff\0\u00c2 ")).isEqualTo("ok 1");
        assertThat(a.line()).isEqualTo("sig c  \u00ff\0\u00c2 ");
        assertThat(p.ask("signal", "c", "\r")).isEqualTo("error");
    }

    @Test
    void aBurstReachesAListenerThatReads() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        Wire p = connect(server);
        a.ask("listen", "c", "");
        StringBuilder burst = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            burst.append("signal\nc\n").append(i).append('\n');
        }
        p.send(burst.toString());
        for (int i = 0; i < 1000; i++) {
            assertThat(p.line()).isEqualTo("ok 1");
            assertThat(a.line()).isEqualTo("sig c " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatDoesNotRead(SlowConsumerPolicy policy) throws Exception {
        EmbeddedDflockdServer server =
                start(EmbeddedDflockdServer.builder().slowConsumerPolicy(policy).writeTimeout(seconds(30)));
        Wire a = connect(server);
        Wire p = connect(server);
        Wire c = connect(server);
        c.ask("l", "busy", "0");
        a.ask("listen", "c", "");
        long id = idOf(server, a);
        fillUp(p);

        if (policy == SlowConsumerPolicy.CLOSE) {
            server.await(v -> v.connection(id).isEmpty(), SOON);
            return;
        }
        assertThat(server.view().connection(id)).isPresent();
        List<String> received = drain(a);
        assertThat(received).isNotEmpty();
        assertThat(a.ask("l", "free", "0")).startsWith("ok ");
        a.send("l\nbusy\n20\n");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        server.await(v -> v.holders("free").isEmpty() && v.waiters().isEmpty(), SOON);
    }

    @Test
    void aListenerWhosePushesTimedOutIsCountedAndGetsNothing() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().writeTimeout(millis(1000)));
        Wire a = connect(server);
        Wire p = connect(server);
        a.ask("listen", "c", "");
        fillUp(p);
        String answer = "ok 0";
        for (int i = 0; answer.equals("ok 0"); i++) {
            assertThat(i).isLessThan(1000);
            answer = p.ask("signal", "c", "late");
            p.expectSilence(10);
        }
        assertThat(answer).isEqualTo("ok 1");
        drain(a);
        assertThat(p.ask("signal", "c", "lost")).isEqualTo("ok 1");
        a.expectSilence(100);
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
    }

    /** Signals until nobody takes them any more. */
    private static void fillUp(Wire publisher) throws IOException {
        String payload = "p".repeat(250);
        for (int i = 0; i < 1_000_000; i++) {
            if (publisher.ask("signal", "c", payload).equals("ok 0")) {
                return;
            }
        }
        throw new AssertionError("the buffer has no end");
    }

    private static List<String> drain(Wire wire) throws IOException {
        List<String> lines = new ArrayList<>();
        try {
            while (true) {
                lines.add(wire.line(1000));
            }
        } catch (SocketTimeoutException e) {
            return lines;
        }
    }
}
