package io.dflockd.spring.boot.testcontainers;

import io.dflockd.client.ServerAddress;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.util.StringUtils;
import org.testcontainers.containers.Container;

/**
 * Connection details from any container with the connection name {@code dflockd}: that is the image's name, or what
 * {@code @ServiceConnection} says. The token is the container's {@code DFLOCKD_AUTH_TOKEN}; TLS comes from Boot's
 * annotations for container certificates.
 */
class DflockdContainerConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, DflockdConnectionDetails> {

    private static final List<String> CONNECTION_NAMES = List.of("dflockd", "dflockd/dflockd");

    DflockdContainerConnectionDetailsFactory() {
        super(CONNECTION_NAMES);
    }

    @Override
    protected DflockdConnectionDetails getContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
        return new DflockdContainerConnectionDetails(source);
    }

    private static final class DflockdContainerConnectionDetails extends ContainerConnectionDetails<Container<?>>
            implements DflockdConnectionDetails {

        private DflockdContainerConnectionDetails(ContainerConnectionSource<Container<?>> source) {
            super(source);
        }

        @Override
        public List<ServerAddress> getServers() {
            Container<?> container = getContainer();
            return List.of(new ServerAddress(container.getHost(), container.getMappedPort(ServerAddress.DEFAULT_PORT)));
        }

        @Override
        public @Nullable String getAuthToken() {
            String token = getContainer().getEnvMap().get("DFLOCKD_AUTH_TOKEN");
            return StringUtils.hasText(token) ? token : null;
        }

        @Override
        public @Nullable SslBundle getSslBundle() {
            return super.getSslBundle();
        }
    }
}
