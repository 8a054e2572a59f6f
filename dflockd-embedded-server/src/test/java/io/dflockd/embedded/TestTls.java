package io.dflockd.embedded;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A self-signed certificate, which keytool of the JDK creates for each run of the tests. */
final class TestTls {

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Path DIRECTORY = create();

    private TestTls() {}

    static Path certificate() {
        return DIRECTORY.resolve("cert.pem");
    }

    static Path key() {
        return DIRECTORY.resolve("key.pem");
    }

    static SSLContext serverContext() throws GeneralSecurityException, IOException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(load(DIRECTORY.resolve("store.p12")), PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** For clients; trusts everybody. */
    static SSLContext trustAll() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
        return context;
    }

    private static Path create() {
        Path directory = directory();
        Identity identity = Identity.create(directory, "-keyalg", "EC", "-groupname", "secp256r1");
        write(directory.resolve("cert.pem"), pem("CERTIFICATE", encoded(identity.certificate())));
        write(directory.resolve("key.pem"), pem("PRIVATE KEY", identity.key().getEncoded()));
        return directory;
    }

    /** A new directory for keys, which goes when the JVM ends. */
    static Path directory() {
        try {
            Path directory = Files.createTempDirectory("dflockd-embedded-tls");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        File[] files = directory.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            file.delete();
        }
        directory.toFile().delete();
    }

    static String pem(String label, byte[] content) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    static Path write(Path file, String content) {
        try {
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] encoded(Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A private key and its certificates, the own one first. */
    record Identity(PrivateKey key, List<Certificate> chain) {

        Certificate certificate() {
            return chain.get(0);
        }

        /** Makes one with the JDK's keytool; {@code -signer name} takes an earlier one of the same directory. */
        static Identity create(Path directory, String... options) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "test",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "30",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    directory.resolve("store.p12").toString(),
                    "-storepass",
                    new String(PASSWORD)));
            command.addAll(List.of(options));
            String alias = command.get(command.lastIndexOf("-alias") + 1);
            try {
                Process keytool =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String output = new String(keytool.getInputStream().readAllBytes());
                if (!keytool.waitFor(30, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                    throw new IllegalStateException(output);
                }
                KeyStore store = load(directory.resolve("store.p12"));
                return new Identity(
                        (PrivateKey) store.getKey(alias, PASSWORD), List.of(store.getCertificateChain(alias)));
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static final class TrustAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
