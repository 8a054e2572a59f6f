package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which certificates and keys come. */
class TlsFilesTest extends ServerTest {

    private static final Path DIRECTORY = TestTls.directory();
    private static final TestTls.Identity EC = create("ec", "-keyalg", "EC", "-groupname", "secp256r1");
    private static final TestTls.Identity RSA = create("rsa", "-keyalg", "RSA", "-keysize", "2048");
    /** The name of the curve alone, as in a block of EC PARAMETERS. */
    private static final String P256 = "06082a8648ce3d030107";

    private static TestTls.Identity create(String alias, String... options) {
        String[] all = Arrays.copyOf(options, options.length + 2);
        all[options.length] = "-alias";
        all[options.length + 1] = alias;
        return TestTls.Identity.create(DIRECTORY, all);
    }

    private static String certificates(TestTls.Identity identity) {
        return identity.chain().stream()
                .map(c -> TestTls.pem("CERTIFICATE", TestTls.encoded(c)))
                .collect(Collectors.joining());
    }

    private static String pkcs8(PrivateKey key) {
        return TestTls.pem("PRIVATE KEY", key.getEncoded());
    }

    private EmbeddedDflockdServerBuilder tls(String certificates, String key) {
        return EmbeddedDflockdServer.builder()
                .tls(
                        TestTls.write(DIRECTORY.resolve("c.pem"), certificates),
                        TestTls.write(DIRECTORY.resolve("k.pem"), key));
    }

    private Wire handshake(EmbeddedDflockdServerBuilder builder, String version) throws Exception {
        Wire wire = connect(start(builder));
        assertThat(wire.startTls(TestTls.trustAll(), version)).isEqualTo(version);
        assertThat(wire.ask("l", "k", "0")).startsWith("ok ");
        return wire;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void keysMayBeRsaOrEc(String version) throws Exception {
        handshake(tls(certificates(RSA), pkcs8(RSA.key())), version);
        handshake(tls(certificates(EC), pkcs8(EC.key())), version);
    }

    @Test
    void whatStandsAroundTheBlocksIsSkipped() throws Exception {
        String parameters = TestTls.pem("EC PARAMETERS", HexFormat.of().parseHex(P256));
        String all = "Bag Attributes\n    friendlyName: test\n" + parameters + pkcs8(EC.key()) + "subject=CN\n"
                + certificates(EC);
        handshake(tls(all, all.replace("\n", "\r\n")), "TLSv1.3");
    }

    @Test
    void theWholeChainIsSent() throws Exception {
        create("root", "-keyalg", "EC", "-groupname", "secp256r1", "-ext", "bc:c");
        TestTls.Identity leaf = create("leaf", "-keyalg", "EC", "-groupname", "secp256r1", "-signer", "root");
        assertThat(leaf.chain()).hasSize(2);
        Wire wire = handshake(tls(certificates(leaf), pkcs8(leaf.key())), "TLSv1.3");
        assertThat(List.of(((SSLSocket) wire.socket()).getSession().getPeerCertificates()))
                .isEqualTo(leaf.chain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
    void keysInAnotherFormAreRefusedWithTheCommandThatConvertsThem(String label) {
        assertThatThrownBy(() -> tls(certificates(EC), TestTls.pem(label, new byte[] {0x30, 0x05, 2, 1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot use TLS certificate")
                .hasMessageContaining("the key is a " + label)
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + DIRECTORY.resolve("k.pem"));
    }

    @Test
    void filesWithAnotherContentAreRefused() {
        assertThatThrownBy(() -> tls(pkcs8(EC.key()), pkcs8(EC.key()))).hasMessageContaining("valid certificates");
        assertThatThrownBy(() -> tls(certificates(EC), certificates(EC))).hasMessageContaining("valid private key");
        assertThatThrownBy(() -> tls(certificates(EC), TestTls.pem("PRIVATE KEY", new byte[] {0x30, 0x05, 2, 1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot use TLS certificate");
        TestTls.Identity ed25519 = create("ed", "-keyalg", "Ed25519");
        assertThatThrownBy(() -> tls(certificates(ed25519), pkcs8(ed25519.key())))
                .hasMessageContaining("RSA or EC key");
        Path nowhere = DIRECTORY.resolve("nowhere.pem");
        assertThatThrownBy(() -> EmbeddedDflockdServer.builder().tls(nowhere, nowhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NoSuchFileException")
                .hasMessageContaining("nowhere.pem");
    }
}
