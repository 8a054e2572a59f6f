package io.dflockd.client.protocol;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How to open a {@link ProtocolConnection}. Immutable; its text shows no secret.
 *
 * @param authToken sent first, null for none
 * @param sslContext for TLS, null for plain TCP
 * @param hostnameVerification whether the certificate must be for the host
 * @param connectTimeout for name, TCP, TLS and auth together
 * @param requestTimeout for an answer, on top of what a request itself waits
 * @param maxStatsBytes the longest {@code stats} answer that is accepted
 */
public record ConnectionOptions(
        @Nullable String authToken,
        @Nullable SSLContext sslContext,
        boolean hostnameVerification,
        Duration connectTimeout,
        Duration requestTimeout,
        int maxStatsBytes) {

    /**
     * Plain TCP without auth; 10 s to connect, 5 s for an answer.
     *
     * @return the defaults
     */
    public static ConnectionOptions defaults() {
        return new ConnectionOptions(null, null, true, Duration.ofSeconds(10), Duration.ofSeconds(5), 64 << 20);
    }

    /**
     * A copy with an auth token.
     *
     * @param token the token, null for none
     * @return the copy
     */
    public ConnectionOptions withAuthToken(@Nullable String token) {
        return new ConnectionOptions(
                token, sslContext, hostnameVerification, connectTimeout, requestTimeout, maxStatsBytes);
    }

    /**
     * A copy with TLS.
     *
     * @param context trust and keys, null for plain TCP
     * @return the copy
     */
    public ConnectionOptions withSslContext(@Nullable SSLContext context) {
        return new ConnectionOptions(
                authToken, context, hostnameVerification, connectTimeout, requestTimeout, maxStatsBytes);
    }

    /**
     * A copy with other timeouts.
     *
     * @param connect for the connection to be ready
     * @param request for an answer, on top of what a request itself waits
     * @return the copy
     */
    public ConnectionOptions withTimeouts(Duration connect, Duration request) {
        return new ConnectionOptions(authToken, sslContext, hostnameVerification, connect, request, maxStatsBytes);
    }

    @Override
    public String toString() {
        return "ConnectionOptions[auth=" + (authToken != null) + ", tls=" + (sslContext != null) + ", connectTimeout="
                + connectTimeout + ", requestTimeout=" + requestTimeout + "]";
    }
}
