package io.dflockd.client;

import static io.dflockd.client.TestServers.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.testserver.TestServer;
import io.dflockd.client.testserver.Tls;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A trust manager that blocks, as one that asks for revocations does, costs only the server that it is asked about. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class TrustManagerIntegrationTests {

    private static final int DIALS = 16;

    @RegisterExtension
    private final TestServers servers = new TestServers();

    private final CountDownLatch go = new CountDownLatch(1);

    private final CountDownLatch blocked = new CountDownLatch(1);

    /** Trusts everybody, one server after a while only. The two servers have different certificates. */
    private final class Trusting implements X509TrustManager {

        private final X509Certificate slow;

        Trusting(X509Certificate slow) {
            this.slow = slow;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            if (chain[0].equals(slow)) {
                blocked.countDown();
                try {
                    go.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void otherServersAreReadAndDialledMeanwhile() throws Exception {
        Tls slowCertificate = Tls.forLoopback();
        Tls certificate = Tls.forLoopback();
        TestServer slow = servers.start(settings -> settings.tls(slowCertificate));
        TestServer healthy = servers.start(settings -> settings.tls(certificate));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting(slowCertificate.certificate())}, null);
        DflockdClient client = servers.client(settings -> settings.servers(slow.address(), healthy.address())
                .sharding((key, count) -> key.startsWith("slow") ? 0 : 1)
                .requestTimeout(Duration.ofSeconds(1))
                .sslContext(context)
                .hostnameVerification(false));
        LockHandle held = client.lock("busy").acquire();
        for (int i = 0; i < DIALS; i++) {
            client.lock("slow" + i).enqueueAsync();
        }
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        // A dial of its own, and a parse.
        ServerStats stats = client.statsAsync(client.servers().get(1)).get(10, TimeUnit.SECONDS);
        assertThat(stats.connections()).isPositive();
        CompletableFuture<LockHandle> waiting = client.lock("busy").acquireAsync();
        healthy.await(view -> view.waiters("busy").size() == 1, SOON);
        held.close();
        waiting.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void closeEndsAConnectionWhoseCertificateIsStillChecked() throws Exception {
        Tls certificate = Tls.forLoopback();
        TestServer server = servers.start(settings -> settings.tls(certificate));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting(certificate.certificate())}, null);
        DflockdClient client = servers.client(settings -> settings.sslContext(context));
        CompletableFuture<LockHandle> asked = client.lock("k").acquireAsync();
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(server.view().connections()).hasSize(1);
        client.close();
        assertThat(asked).failsWithin(SOON);
        server.await(view -> view.connections().isEmpty(), Duration.ofSeconds(20));
    }
}
