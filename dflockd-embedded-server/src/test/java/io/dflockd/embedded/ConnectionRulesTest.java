package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Framing, silence, authentication, TLS and shutdown, beyond the recordings. */
class ConnectionRulesTest extends ServerTest {

    @Test
    void aRequestMayComeByteByByte() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        for (char c : "l\nkey\n0 60\nr\nkey\nx\n".toCharArray()) {
            a.send(String.valueOf(c));
        }
        assertThat(a.line()).matches("ok [0-9a-f]{32} 60 1");
        assertThat(a.line()).isEqualTo("error");
    }

    @Test
    void theReadTimeoutRestartsWithEachLine() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().readTimeout(millis(4500)));
        Wire a = connect(server);
        for (String line : new String[] {"l\n", "k\n"}) {
            a.send(line);
            a.expectSilence(2500);
        }
        a.send("0\n");
        assertThat(a.line()).startsWith("ok ");
        a.send("stats\n");
        a.expectSilence(2500);
        a.send("half a li");
        assertThat(a.line()).isEqualTo("error");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        server.awaitQuiet(SOON);
    }

    @Test
    void anEnqueuedConnectionThatFallsSilentIsCut() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().readTimeout(millis(2000)));
        Wire a = connect(server);
        Wire b = connect(server);
        assertThat(b.ask("listen", "c", "")).isEqualTo("ok");
        a.ask("e", "k", "");
        assertThat(a.line()).isEqualTo("error");
        assertThat(b.line()).isEqualTo("error");
        server.await(v -> v.connections().isEmpty() && v.isQuiet(), SOON);
    }

    @Test
    void aBlockedConnectionMayBeSilent() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().readTimeout(millis(300)));
        Wire a = connect(server);
        a.ask("l", "k", "0");
        a.send("l\nk\n1\n");
        assertThat(a.line()).isEqualTo("timeout");
        assertThat(a.line()).isEqualTo("error");
        a.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void pushesAreNoActivity() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().readTimeout(millis(500)));
        Wire a = connect(server);
        a.ask("listen", "c", "");
        Wire b = connect(server);
        String line = "";
        for (int i = 0; !line.equals("error"); i++) {
            assertThat(i).isLessThan(100);
            b.ask("signal", "c", "x");
            line = a.line();
            if (line.startsWith("sig")) {
                b.expectSilence(50);
            }
        }
        a.expectEnd(Wire.PATIENCE_MILLIS);
        assertThat(b.ask("signal", "c", "x")).isEqualTo("ok 0");
    }

    @ParameterizedTest
    @EnumSource
    void silenceBeforeAuthentication(Generation generation) throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder()
                .generation(generation)
                .authToken("secret")
                .readTimeout(millis(200)));
        Wire a = Wire.to(server);
        assertThat(a.line()).isEqualTo("error_auth");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        Wire b = Wire.to(server);
        b.send("x".repeat(300) + "\n");
        assertThat(b.line()).isEqualTo("error_auth");
        b.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void leavingBeforeAuthenticationIsAFailureToo() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().authToken("secret"));
        Wire a = connect(server);
        a.halfClose();
        assertThat(a.line()).isEqualTo("error_auth");
        a.expectEnd(Wire.PATIENCE_MILLIS);
        server.await(v -> v.connections().isEmpty(), SOON);
    }

    @Test
    void aTokenThatFitsNoLineNeverMatches() throws Exception {
        String token = "t".repeat(300);
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().authToken(token));
        Wire a = connect(server);
        assertThat(a.ask("auth", "_", token)).isEqualTo("error_auth");
        a.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void aClientThatDoesNotReadIsDropped() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().writeTimeout(millis(300)));
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "k", "0");
        CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
            String many = "stats\n_\n_\n".repeat(1000);
            try {
                while (true) {
                    a.send(many);
                }
            } catch (Exception e) {
                // The server has hung up, which is the point.
            }
        });
        assertThat(b.ask("l", "k", "20")).matches("ok [0-9a-f]{32} 33 2");
        flood.join();
    }

    @Test
    void tooManyConnectionsAreClosedWithoutAByte() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().maxConnections(1));
        Wire a = connect(server);
        try (Wire b = Wire.to(server)) {
            b.expectEnd(Wire.PATIENCE_MILLIS);
        }
        a.close();
        server.await(v -> v.connections().isEmpty(), SOON);
        Wire c = connect(server);
        assertThat(idOf(server, c)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aDrainingServerCutsWhatIsLeftWhenItsTimeIsUp(Generation generation) throws Exception {
        EmbeddedDflockdServer server =
                start(EmbeddedDflockdServer.builder().generation(generation).shutdownTimeout(millis(2000)));
        Wire a = connect(server);
        a.ask("l", "k", "0");
        CompletableFuture<?> drained = server.shutdown();
        assertThat(a.ask("nonsense", "_", "_")).isEqualTo("error");
        assertThatThrownBy(() -> Wire.to(server)).isInstanceOf(ConnectException.class);
        a.expectEnd(Wire.PATIENCE_MILLIS);
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aDrainingServerIsDoneWhenTheLastClientLeaves() throws Exception {
        EmbeddedDflockdServer server = start();
        Wire a = connect(server);
        CompletableFuture<?> drained = server.shutdown();
        assertThat(drained).isNotDone();
        a.close();
        drained.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aShutdownTimeoutOfZeroWaitsForEver() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().shutdownTimeout(millis(0)));
        Wire a = connect(server);
        CompletableFuture<?> drained = server.shutdown();
        a.expectSilence(200);
        assertThat(a.ask("l", "k", "0")).startsWith("ok ");
        assertThat(drained).isNotDone();
        a.close();
        drained.get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource
    void aShutdownGrantsNothingToThoseWhoWait(Generation generation) throws Exception {
        EmbeddedDflockdServer server =
                start(EmbeddedDflockdServer.builder().generation(generation).shutdownTimeout(millis(0)));
        Wire a = connect(server);
        Wire b = connect(server);
        a.ask("l", "a", "0");
        b.ask("l", "b", "0");
        a.send("l\nb\n20\n");
        b.send("l\na\n20\n");
        awaitWaiters(server, "a", 1);
        awaitWaiters(server, "b", 1);
        long before = server.view().lastFence();
        server.shutdown();
        for (Wire wire : List.of(a, b)) {
            if (generation == Generation.G2) {
                wire.expectEnd(Wire.PATIENCE_MILLIS);
            } else {
                assertThat(wire.line()).isEqualTo("error");
            }
        }
        assertThat(server.view().lastFence()).isEqualTo(before);
    }

    @Test
    void tlsFromAContextAndNoPlaintext() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().tls(TestTls.serverContext()));
        Wire a = connect(server);
        assertThat(a.startTls(TestTls.trustAll(), "TLSv1.3")).isEqualTo("TLSv1.3");
        String token = Wire.tokenOf(a.ask("l", "k", "0"));
        Wire b = connect(server);
        b.startTls(TestTls.trustAll(), "TLSv1.2");
        b.send("l\nk\n20\n");
        awaitWaiters(server, "k", 1);
        assertThat(a.ask("r", "k", token)).isEqualTo("ok");
        assertThat(b.line()).startsWith("ok ");
        b.close();
        server.awaitQuiet(SOON);

        Wire plain = connect(server);
        plain.send("l\nk\n0\n");
        plain.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void tls11IsRefusedWithAnAlert() throws Exception {
        EmbeddedDflockdServer server = start(EmbeddedDflockdServer.builder().tls(TestTls.certificate(), TestTls.key()));
        Wire a = connect(server);
        // A ClientHello of TLS 1.1: record, handshake header, version, random, no session, one suite, no compression.
        String hello = "\u0003\u0002" + "r".repeat(32) + "\0" + "\0\u0002\u00c0\u0013" + "\u0001\0";
        String handshake = "\u0001\0\0" + (char) hello.length() + hello;
        a.send("\u0016\u0003\u0001\0" + (char) handshake.length() + handshake);
        int alert = a.socket().getInputStream().read();
        byte[] rest = a.socket().getInputStream().readNBytes(6);
        assertThat(alert).isEqualTo(21);
        assertThat(rest[5]).as("protocol_version").isEqualTo((byte) 70);
        a.expectEnd(Wire.PATIENCE_MILLIS);
    }

    @Test
    void closingLeavesNoThreadAndNoPort() throws Exception {
        EmbeddedDflockdServer server = start();
        EmbeddedDflockdServer other = start();
        Wire a = connect(server);
        a.ask("l", "k", "0");
        Thread thread = server.core().call(Thread::currentThread);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).startsWith("dflockd-embedded");
        server.close();
        server.close();
        assertThat(thread.isAlive()).isFalse();
        a.expectEnd(Wire.PATIENCE_MILLIS);
        assertThatThrownBy(() -> Wire.to(server)).isInstanceOf(SocketException.class);
        assertThat(connect(other).ask("l", "k", "0")).startsWith("ok ");
    }
}
