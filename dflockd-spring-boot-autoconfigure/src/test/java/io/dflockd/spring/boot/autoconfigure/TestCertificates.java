package io.dflockd.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.jks.JksSslStoreBundle;
import org.springframework.boot.ssl.jks.JksSslStoreDetails;

/** Self-signed certificates for localhost, made by the JDK's keytool. */
public final class TestCertificates {

    public static final String PASSWORD = "changeit";

    private TestCertificates() {}

    static SSLContext serverContext() {
        return bundle(newStore("localhost")).createSslContext();
    }

    /** Key, certificate and trust in that certificate, in one. */
    static SslBundle bundle(Path store) {
        JksSslStoreDetails details =
                new JksSslStoreDetails("PKCS12", null, store.toUri().toString(), PASSWORD);
        return SslBundle.of(new JksSslStoreBundle(details, details));
    }

    public static Path newStore(String host) {
        try {
            Path folder = Files.createTempDirectory("certificates");
            Path store = folder.resolve("store.p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "test",
                            "-keyalg",
                            "EC",
                            "-groupname",
                            "secp256r1",
                            "-dname",
                            "CN=" + host,
                            "-ext",
                            "san=dns:" + host + (host.equals("localhost") ? ",ip:127.0.0.1" : ""),
                            "-validity",
                            "30",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            PASSWORD)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes());
            if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException(output);
            }
            // Deleted in reverse order.
            folder.toFile().deleteOnExit();
            store.toFile().deleteOnExit();
            return store;
        } catch (IOException ex) {
            throw new IllegalStateException(ex);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(ex);
        }
    }
}
