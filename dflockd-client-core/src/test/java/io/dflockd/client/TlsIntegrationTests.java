package io.dflockd.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.Tls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** TLS: on request, with the host checked, and with a clear word when it does not work. */
@Timeout(60)
class TlsIntegrationTests {

    private static Tls certificate;

    private static SSLContext trusting;

    private static Tls otherHost;

    private static SSLContext trustingOtherHost;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificate = Tls.forLoopback();
        trusting = certificate.client();
        otherHost = Tls.forAnotherHost();
        trustingOtherHost = otherHost.client();
    }

    @Test
    void locksOverTlsByAddressAndByName() throws Exception {
        TestServer server = servers.start(settings -> settings.tls(certificate).authToken("t"));
        DflockdClient client =
                servers.client(settings -> settings.sslContext(trusting).authToken("t"));
        LockHandle held = client.lock("k").acquire();
        DflockdClient byName = servers.client(settings -> settings.servers("localhost:" + server.port())
                .sslContext(trusting)
                .authToken("t"));
        CompletableFuture<LockHandle> waiting = byName.lock("k").acquireAsync();
        ServerState.awaitWaiters(client, "k", 1);
        held.close();
        LockHandle handle = waiting.get(20, TimeUnit.SECONDS);
        assertThat(handle.isHeld()).isTrue();
        assertThat(handle.release()).isTrue();
    }

    @Test
    void certificateOfAnotherHostIsRefused() {
        servers.start(settings -> settings.tls(otherHost));
        DflockdClient client = servers.client(settings -> settings.sslContext(trustingOtherHost));
        assertThatExceptionOfType(TlsException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("made for this host");
        assertThatExceptionOfType(TlsException.class).isThrownBy(client::connect);
    }

    @Test
    void certificateOfAnotherHostIsAcceptedWhereVerificationIsOff() throws Exception {
        servers.start(settings -> settings.tls(otherHost));
        DflockdClient client = servers.client(
                settings -> settings.sslContext(trustingOtherHost).hostnameVerification(false));
        client.lock("k").acquire().close();
    }

    @Test
    void certificateThatIsNotTrustedIsRefused() throws Exception {
        servers.start(settings -> settings.tls(certificate));
        SSLContext defaults = SSLContext.getDefault();
        DflockdClient client = servers.client(settings -> settings.sslContext(defaults));
        assertThatExceptionOfType(TlsException.class)
                .isThrownBy(() -> client.lock("k").acquire())
                .withMessageContaining("is its certificate trusted");
    }

    @Test
    void tlsToAPlainServerIsATlsError() {
        servers.start();
        DflockdClient client =
                servers.client(settings -> settings.sslContext(trusting).connectTimeout(Duration.ofSeconds(2)));
        assertThatExceptionOfType(TlsException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("speak TLS");
    }

    @Test
    void plainToATlsServerIsAConnectionErrorThatMentionsTls() {
        servers.start(settings -> settings.tls(certificate));
        DflockdClient client = servers.client();
        assertThatExceptionOfType(DflockdConnectionException.class)
                .isThrownBy(() -> client.lock("k").tryAcquire())
                .withMessageContaining("TLS");
        assertThatExceptionOfType(DflockdConnectionException.class).isThrownBy(client::connect);
    }

    @Test
    void contextIsAskedForEachConnectionSoThatCertificatesCanChange() throws Exception {
        TestServer server = servers.start(settings -> settings.tls(certificate));
        AtomicInteger asked = new AtomicInteger();
        DflockdClient client = servers.client(settings -> settings.sslContext(() -> {
            asked.incrementAndGet();
            return trusting;
        }));
        LockHandle held = client.lock("k").acquire();
        Optional<LockHandle> none = client.lock("k").tryAcquire(Duration.ofMillis(700));
        assertThat(none).isEmpty();
        held.close();
        assertThat(asked.get()).isEqualTo(2);
        assertThat(server.view().connections()).hasSize(2);
    }

    @Test
    void cutOfATlsConnectionLosesWhatItOwns() throws Exception {
        TestServer server = servers.start(settings -> settings.tls(certificate));
        LockHandle handle = servers.client(settings -> settings.sslContext(trusting))
                .lock("k")
                .acquire();
        CompletableFuture<LossReason> lost = new CompletableFuture<>();
        handle.onLost((gone, reason) -> lost.complete(reason));
        server.kill();
        assertThat(lost.get(20, TimeUnit.SECONDS)).isEqualTo(LossReason.CONNECTION_LOST);
    }
}
