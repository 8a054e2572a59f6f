package io.dflockd.embedded.server;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/** Creates the TLS context of a server: TLS 1.2 and 1.3, no client certificates. */
public final class TlsContexts {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    /** The start of a key that is not unencrypted PKCS#8. */
    private static final Pattern OTHER_KEY = Pattern.compile("BEGIN ((RSA|EC|DSA|ENCRYPTED) PRIVATE KEY)");

    private TlsContexts() {}

    /** From PEM files: a certificate with its chain, and its RSA or EC key as unencrypted PKCS#8. */
    public static SslContext of(Path certificates, Path key) {
        try {
            Matcher otherKey = OTHER_KEY.matcher(Files.readString(key, StandardCharsets.ISO_8859_1));
            if (otherKey.find()) {
                throw new IOException("the key is a " + otherKey.group(1) + " but must be an unencrypted PKCS#8 key"
                        + " (BEGIN PRIVATE KEY); convert it with: openssl pkcs8 -topk8 -nocrypt -in " + key
                        + " -out pkcs8.pem");
            }
            return SslContextBuilder.forServer(certificates.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .protocols(PROTOCOLS)
                    .build();
        } catch (IOException | IllegalArgumentException e) {
            String reason = e.getClass() == IOException.class ? e.getMessage() : e.toString();
            throw new IllegalArgumentException(
                    "cannot use TLS certificate " + certificates + " with key " + key
                            + ", which must be PEM files with an X.509 certificate and its RSA or EC key: " + reason,
                    e);
        }
    }

    public static SslContext of(SSLContext context) {
        return new JdkSslContext(
                context, false, null, IdentityCipherSuiteFilter.INSTANCE, null, ClientAuth.NONE, PROTOCOLS, false);
    }
}
