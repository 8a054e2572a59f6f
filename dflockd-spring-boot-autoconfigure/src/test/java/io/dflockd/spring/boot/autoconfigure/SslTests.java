package io.dflockd.spring.boot.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.dflockd.client.DflockdClient;
import io.dflockd.client.LockHandle;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.TlsException;
import io.dflockd.client.internal.DefaultDflockdClient;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.embedded.EmbeddedDflockdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SslTests {

    private final Path serverStore = TestCertificates.newStore("localhost");

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DflockdAutoConfiguration.class));

    private EmbeddedDflockdServer server;

    @BeforeEach
    void start() throws Exception {
        server = EmbeddedDflockdServer.builder()
                .tls(TestCertificates.bundle(serverStore).createSslContext())
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void bundleGivesTrust() {
        runner.withPropertyValues(bundle("ours", serverStore))
                .withPropertyValues("dflockd.servers=" + server.address(), "dflockd.ssl.bundle=ours")
                .run(context ->
                        assertThat(locks(context.getBean(DflockdClient.class))).isTrue());
    }

    @Test
    void enabledWithoutABundleTrustsTheJvmsOwnStoreOnly() {
        runner.withPropertyValues("dflockd.servers=" + server.address(), "dflockd.ssl.enabled=true")
                .run(context -> assertThat(
                                context.getBean(DflockdClient.class).lock("k").tryAcquireAsync())
                        .failsWithin(Duration.ofSeconds(20))
                        .withThrowableThat()
                        .withCauseInstanceOf(TlsException.class));
    }

    @Test
    void hostNameIsCheckedUnlessSwitchedOff() throws Exception {
        Path strange = TestCertificates.newStore("elsewhere");
        try (EmbeddedDflockdServer other = EmbeddedDflockdServer.builder()
                .tls(TestCertificates.bundle(strange).createSslContext())
                .start()) {
            ApplicationContextRunner trusting = runner.withPropertyValues(bundle("ours", strange))
                    .withPropertyValues("dflockd.servers=" + other.address(), "dflockd.ssl.bundle=ours");
            trusting.run(context -> assertThat(
                            context.getBean(DflockdClient.class).lock("k").tryAcquireAsync())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(TlsException.class));
            trusting.withPropertyValues("dflockd.ssl.verify-hostname=false")
                    .run(context -> assertThat(locks(context.getBean(DflockdClient.class)))
                            .isTrue());
        }
    }

    @Test
    void reloadedBundleReachesNewConnections() {
        runner.withPropertyValues(bundle("ours", TestCertificates.newStore("localhost")))
                .withPropertyValues("dflockd.servers=" + server.address(), "dflockd.ssl.bundle=ours")
                .run(context -> {
                    DflockdClient client = context.getBean(DflockdClient.class);
                    assertThat(client.lock("k").tryAcquireAsync()).failsWithin(Duration.ofSeconds(20));

                    context.getBean(SslBundleRegistry.class).updateBundle("ours", TestCertificates.bundle(serverStore));

                    Awaitility.await()
                            .untilAsserted(() -> assertThat(locks(client)).isTrue());
                });
    }

    @Test
    void bundleOfConnectionDetailsGoesBeforeTheProperties() {
        SslBundle theirs = TestCertificates.bundle(serverStore);
        runner.withPropertyValues("dflockd.ssl.enabled=false")
                .withBean(DflockdConnectionDetails.class, () -> new DflockdConnectionDetails() {
                    @Override
                    public List<ServerAddress> getServers() {
                        return List.of(ServerAddress.parse(server.address()));
                    }

                    @Override
                    public SslBundle getSslBundle() {
                        return theirs;
                    }
                })
                .run(context ->
                        assertThat(locks(context.getBean(DflockdClient.class))).isTrue());
    }

    @ParameterizedTest
    @CsvSource({
        "spring.ssl.bundle.jks.ours.truststore.location, file:no-such.p12",
        "spring.ssl.bundle.jks.ours.keystore.location, file:no-such.p12",
        "spring.ssl.bundle.pem.ours.truststore.certificate, file:no-such.pem",
        "spring.ssl.bundle.pem.ours.keystore.certificate, file:no-such.pem"
    })
    void bundleThatCannotBeReadFailsTheStart(String property, String value) {
        for (String prefix : List.of("dflockd.", "dflockd.clients.reports.")) {
            runner.withPropertyValues(property + "=" + value)
                    .withPropertyValues(prefix + "servers=127.0.0.1:1", prefix + "ssl.bundle=ours")
                    .run(context -> assertThat(context.getStartupFailure())
                            .hasStackTraceContaining(prefix + "ssl.bundle")
                            .hasStackTraceContaining("cannot be read")
                            .hasStackTraceContaining("no-such"));
        }
    }

    @Test
    void bundleOfConnectionDetailsThatCannotBeReadFailsTheStart() {
        SslBundle broken = SslBundle.of(
                new JksSslStoreBundle(null, new JksSslStoreDetails("PKCS12", null, "file:no-such.p12", "changeit")));
        runner.withBean(DflockdConnectionDetails.class, () -> new DflockdConnectionDetails() {
                    @Override
                    public List<ServerAddress> getServers() {
                        return List.of(ServerAddress.parse(server.address()));
                    }

                    @Override
                    public SslBundle getSslBundle() {
                        return broken;
                    }
                })
                .run(context -> assertThat(context.getStartupFailure()).hasStackTraceContaining("no-such"));
    }

    @Test
    void protocolsAndCiphersOfTheBundleAreUsed() {
        ApplicationContextRunner options = runner.withPropertyValues(bundle("ours", serverStore))
                .withPropertyValues(
                        "dflockd.servers=" + server.address(),
                        "dflockd.ssl.bundle=ours",
                        "spring.ssl.bundle.jks.ours.options.enabled-protocols=TLSv1.2");
        options.withPropertyValues("spring.ssl.bundle.jks.ours.options.ciphers=TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
                .run(context -> {
                    ClientSettings settings = ((DefaultDflockdClient)
                                    ((RestartableClient) context.getBean(DflockdClient.class)).current())
                            .settings();
                    assertThat(settings.tlsProtocols).containsExactly("TLSv1.2");
                    assertThat(settings.tlsCipherSuites).containsExactly("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
                    assertThat(locks(context.getBean(DflockdClient.class))).isTrue();
                });
        // Of TLSv1.3, so that the handshake finds nothing in common.
        options.withPropertyValues("spring.ssl.bundle.jks.ours.options.ciphers=TLS_AES_128_GCM_SHA256")
                .run(context -> assertThat(
                                context.getBean(DflockdClient.class).lock("k").tryAcquireAsync())
                        .failsWithin(Duration.ofSeconds(20))
                        .withThrowableThat()
                        .withCauseInstanceOf(TlsException.class));
    }

    private static boolean locks(DflockdClient client) throws InterruptedException {
        Optional<LockHandle> held = client.lock("k").tryAcquire();
        held.ifPresent(LockHandle::close);
        return held.isPresent();
    }

    static String[] bundle(String name, Path store) {
        String prefix = "spring.ssl.bundle.jks." + name + ".truststore.";
        return new String[] {prefix + "location=" + store.toUri(), prefix + "password=changeit", prefix + "type=PKCS12"
        };
    }
}
