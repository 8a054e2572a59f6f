package io.dflockd.embedded;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Makes the TLS side of a server: TLS 1.2 and 1.3, no client certificates. */
final class TlsContexts {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private TlsContexts() {}

    /** From PEM files: a certificate with the chain behind it, and its private key. */
    static SslContext of(Path certificates, Path key) {
        try {
            X509Certificate[] chain = chain(certificates);
            PrivateKey privateKey = PrivateKeys.read(key);
            requirePair(chain[0], privateKey);
            return SslContextBuilder.forServer(privateKey, chain)
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            String reason = e instanceof IOException ? e.toString() : e.getMessage();
            throw new IllegalArgumentException(
                    "cannot use TLS certificate " + certificates + " with key " + key + ": " + reason, e);
        }
    }

    static SslContext of(SSLContext context) {
        return new JdkSslContext(
                context, false, null, IdentityCipherSuiteFilter.INSTANCE, null, ClientAuth.NONE, PROTOCOLS, false);
    }

    private static X509Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>();
        for (Pem pem : Pem.read(file)) {
            if (pem.label().equals("CERTIFICATE")) {
                chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem.der())));
            }
        }
        if (chain.isEmpty()) {
            throw new GeneralSecurityException("no PEM block with a certificate in " + file);
        }
        return chain.toArray(X509Certificate[]::new);
    }

    /** Fails at the start rather than in every handshake. */
    private static void requirePair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = signatureOf(key.getAlgorithm());
        if (algorithm == null) {
            return;
        }
        byte[] sample = certificate.getSerialNumber().toByteArray();
        boolean pair = certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm());
        if (pair) {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(sample);
            byte[] signature = signer.sign();
            signer.initVerify(certificate.getPublicKey());
            signer.update(sample);
            pair = signer.verify(signature);
        }
        if (!pair) {
            throw new GeneralSecurityException("the key does not belong to the first certificate");
        }
    }

    private static @Nullable String signatureOf(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> null;
        };
    }
}
