package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the default client connects to, and with what. A bean of this type replaces {@code dflockd.servers},
 * {@code dflockd.auth-token}, {@code dflockd.auth-token-file}, {@code dflockd.ssl.*} and the embedded server entirely:
 * none of them is looked at any more.
 *
 * <p>Implementations are called by several threads.
 */
public interface DflockdConnectionDetails extends ConnectionDetails {

    /**
     * The servers.
     *
     * @return at least one, in the order that sharding counts them
     */
    List<ServerAddress> getServers();

    /**
     * The auth token, asked for each new connection.
     *
     * @return null for none
     */
    default @Nullable String getAuthToken() {
        return null;
    }

    /**
     * Trust and keys for TLS, asked for each new connection. Whether there is TLS at all is decided once, when the client
     * is made.
     *
     * @return null to connect in clear
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }

    /**
     * Whether the server's certificate must be for the host it was reached at.
     *
     * @return true by default
     */
    default boolean isVerifyHostname() {
        return true;
    }
}
