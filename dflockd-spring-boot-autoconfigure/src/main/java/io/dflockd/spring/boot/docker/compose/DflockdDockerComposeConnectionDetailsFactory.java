package io.dflockd.spring.boot.docker.compose;

import io.dflockd.client.ServerAddress;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.util.StringUtils;

/**
 * Connection details from a Docker Compose service whose image is {@code dflockd}, or whose label
 * {@code org.springframework.boot.service-connection} says so. The token is the service's {@code DFLOCKD_AUTH_TOKEN}; TLS
 * comes from the labels {@code org.springframework.boot.sslbundle.*}.
 */
class DflockdDockerComposeConnectionDetailsFactory
        extends DockerComposeConnectionDetailsFactory<DflockdConnectionDetails> {

    private static final String[] CONNECTION_NAMES = {"dflockd", "dflockd/dflockd"};

    DflockdDockerComposeConnectionDetailsFactory() {
        super(CONNECTION_NAMES);
    }

    @Override
    protected DflockdConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        return new DflockdDockerComposeConnectionDetails(source.getRunningService());
    }

    private static final class DflockdDockerComposeConnectionDetails extends DockerComposeConnectionDetails
            implements DflockdConnectionDetails {

        private final List<ServerAddress> servers;

        private final @Nullable String authToken;

        private final @Nullable SslBundle sslBundle;

        private DflockdDockerComposeConnectionDetails(RunningService service) {
            super(service);
            this.servers =
                    List.of(new ServerAddress(service.host(), service.ports().get(ServerAddress.DEFAULT_PORT)));
            String token = service.env().get("DFLOCKD_AUTH_TOKEN");
            this.authToken = StringUtils.hasText(token) ? token : null;
            this.sslBundle = getSslBundle(service);
        }

        @Override
        public List<ServerAddress> getServers() {
            return servers;
        }

        @Override
        public @Nullable String getAuthToken() {
            return authToken;
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return sslBundle;
        }
    }
}
