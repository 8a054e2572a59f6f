package io.dflockd.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
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
    /** What stands before the 32 bytes of a P-256 key in SEC1, and the name of the curve behind them. */
    private static final String SEC1_START = "30310201010420";

    private static final String SEC1_END = "a00a06082a8648ce3d030107";
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

    /** PKCS#8 of RSA is PKCS#1 behind 26 bytes. */
    private static String pkcs1(PrivateKey key) {
        byte[] pkcs8 = key.getEncoded();
        return TestTls.pem("RSA PRIVATE KEY", Arrays.copyOfRange(pkcs8, 26, pkcs8.length));
    }

    private static String sec1(PrivateKey key) {
        BigInteger secret = ((ECPrivateKey) key).getS();
        String hex = "0".repeat(64) + secret.toString(16);
        String sec1 = SEC1_START + hex.substring(hex.length() - 64) + SEC1_END;
        // The length of the sequence includes the curve.
        byte[] der = HexFormat.of().parseHex(sec1);
        der[1] = (byte) (der.length - 2);
        return TestTls.pem("EC PRIVATE KEY", der);
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
    void keysMayBePkcs8Pkcs1OrSec1(String version) throws Exception {
        handshake(tls(certificates(RSA), pkcs8(RSA.key())), version);
        handshake(tls(certificates(RSA), pkcs1(RSA.key())), version);
        handshake(tls(certificates(EC), pkcs8(EC.key())), version);
        handshake(tls(certificates(EC), sec1(EC.key())), version);
    }

    @Test
    void keysMayBeEd25519() throws Exception {
        TestTls.Identity identity = create("ed", "-keyalg", "Ed25519");
        handshake(tls(certificates(identity), pkcs8(identity.key())), "TLSv1.3");
    }

    @Test
    void whatStandsAroundTheBlocksIsSkipped() throws Exception {
        String parameters = TestTls.pem("EC PARAMETERS", HexFormat.of().parseHex(P256));
        String all = "Bag Attributes\n    friendlyName: test\n" + parameters + sec1(EC.key()) + "subject=CN\n"
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

    @Test
    void whatCannotBeUsedIsRefusedAtOnce() throws IOException {
        assertThatThrownBy(() -> tls(certificates(RSA), pkcs8(EC.key()))).hasMessageContaining("does not belong");
        assertThatThrownBy(() -> tls(
                        certificates(EC), pkcs8(create("e2", "-keyalg", "EC").key())))
                .hasMessageContaining("does not belong");
        assertThatThrownBy(() -> tls(pkcs8(EC.key()), pkcs8(EC.key()))).hasMessageContaining("with a certificate");
        assertThatThrownBy(() -> tls(certificates(EC), certificates(EC))).hasMessageContaining("with a private key");
        assertThatThrownBy(() -> tls(certificates(EC), TestTls.pem("ENCRYPTED PRIVATE KEY", new byte[9])))
                .hasMessageContaining("encrypted");
        String legacy = pkcs1(RSA.key()).replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n");
        assertThatThrownBy(() -> tls(certificates(RSA), legacy)).hasMessageContaining("encrypted");
        for (String label : List.of("RSA PRIVATE KEY", "EC PRIVATE KEY", "PRIVATE KEY", "DSA PRIVATE KEY")) {
            assertThatThrownBy(() -> tls(certificates(EC), TestTls.pem(label, new byte[] {0x30, 0x05, 2, 1})))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot use TLS certificate");
        }
        Path nowhere = DIRECTORY.resolve("nowhere.pem");
        assertThatThrownBy(() -> EmbeddedDflockdServer.builder().tls(nowhere, nowhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere.pem");
    }
}
