package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ServerAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The embedded server, for every client without servers of its own. It has no TLS and the token of {@code dflockd.auth-token},
 * so the token and TLS properties of a client do not apply.
 */
record EmbeddedConnectionDetails(
        ServerAddress server, @Nullable String token) implements DflockdConnectionDetails {

    @Override
    public List<ServerAddress> getServers() {
        return List.of(server);
    }

    @Override
    public @Nullable String getAuthToken() {
        return token;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "EmbeddedConnectionDetails[" + server + "]";
    }
}
