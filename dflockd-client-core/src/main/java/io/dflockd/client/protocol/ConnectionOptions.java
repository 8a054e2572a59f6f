package io.dflockd.client.protocol;

import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@link ProtocolConnection}. Immutable. {@link #toString()} contains no secret.
 *
 * @param authToken the auth token, null for none
 * @param sslContext the context for TLS, null for plain TCP
 * @param hostnameVerification whether the server's certificate must be valid for the host
 * @param connectTimeout the time for name look-up, TCP, TLS and auth together
 * @param requestTimeout the time for an answer, in addition to the timeout in the request
 * @param maxStatsBytes the largest accepted answer to {@code stats}
 */
public record ConnectionOptions(
        @Nullable String authToken,
        @Nullable SSLContext sslContext,
        boolean hostnameVerification,
        Duration connectTimeout,
        Duration requestTimeout,
        int maxStatsBytes) {

    /**
     * Checks the timeouts.
     *
     * @throws InvalidArgumentException if one is not positive, or longer than a year
     */
    public ConnectionOptions {
        FieldRules.positiveSetting("connectTimeout", connectTimeout);
        FieldRules.positiveSetting("requestTimeout", requestTimeout);
    }

    /** {@return the defaults: plain TCP without auth, 10 s to connect, 5 s for an answer} */
    public static ConnectionOptions defaults() {
        return new ConnectionOptions(null, null, true, Duration.ofSeconds(10), Duration.ofSeconds(5), 64 << 20);
    }

    /** Returns a copy with an auth token, null for none. */
    public ConnectionOptions withAuthToken(@Nullable String token) {
        return new ConnectionOptions(
                token, sslContext, hostnameVerification, connectTimeout, requestTimeout, maxStatsBytes);
    }

    /** Returns a copy with TLS, or with plain TCP if the context is null. */
    public ConnectionOptions withSslContext(@Nullable SSLContext context) {
        return new ConnectionOptions(
                authToken, context, hostnameVerification, connectTimeout, requestTimeout, maxStatsBytes);
    }

    /** Returns a copy with other timeouts. */
    public ConnectionOptions withTimeouts(Duration connect, Duration request) {
        return new ConnectionOptions(authToken, sslContext, hostnameVerification, connect, request, maxStatsBytes);
    }

    @Override
    public String toString() {
        return "ConnectionOptions[auth=" + (authToken != null) + ", tls=" + (sslContext != null) + ", connectTimeout="
                + connectTimeout + ", requestTimeout=" + requestTimeout + "]";
    }
}
