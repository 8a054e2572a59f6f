package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Details required to connect the default client. A bean of this type replaces {@code dflockd.servers},
 * {@code dflockd.auth-token}, {@code dflockd.auth-token-file}, {@code dflockd.ssl.*} and the embedded server; these are then
 * ignored.
 *
 * <p>Implementations must be thread-safe.
 */
public interface DflockdConnectionDetails extends ConnectionDetails {

    /**
     * The servers.
     *
     * @return at least one, in the order that sharding counts them
     */
    List<ServerAddress> getServers();

    /**
     * The auth token. Called for each new connection.
     *
     * @return null for none
     */
    default @Nullable String getAuthToken() {
        return null;
    }

    /**
     * Certificates and keys for TLS. Called for each new connection, so that they can be renewed. Whether TLS is used, and with
     * which protocols and ciphers, is decided when the client is created.
     *
     * @return null for no TLS
     */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }

    /**
     * Whether to check that the server's certificate was issued for the configured host.
     *
     * @return true by default
     */
    default boolean isVerifyHostname() {
        return true;
    }
}
