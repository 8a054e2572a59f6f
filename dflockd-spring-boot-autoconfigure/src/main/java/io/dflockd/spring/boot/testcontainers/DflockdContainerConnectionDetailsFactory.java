package io.dflockd.spring.boot.testcontainers;

import io.dflockd.client.ServerAddress;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.testcontainers.containers.Container;

/**
 * Connection details from any container with the connection name {@code dflockd} (that is the image's name, or what
 * {@code @ServiceConnection} says), and from the test starter's own container whatever its image. The token is the container's {@code DFLOCKD_AUTH_TOKEN}; TLS comes from Boot's
 * annotations for container certificates.
 */
class DflockdContainerConnectionDetailsFactory
        extends ContainerConnectionDetailsFactory<Container<?>, DflockdConnectionDetails> {

    private static final List<String> CONNECTION_NAMES = List.of("dflockd", "dflockd/dflockd");

    /** Of the test starter, which depends on this module. */
    private static final String OWN_CONTAINER = "io.dflockd.testcontainers.DflockdContainer";

    DflockdContainerConnectionDetailsFactory() {
        super(CONNECTION_NAMES);
    }

    @Override
    protected boolean sourceAccepts(
            ContainerConnectionSource<Container<?>> source,
            Class<?> requiredContainerType,
            Class<?> requiredConnectionDetailsType) {
        return super.sourceAccepts(source, requiredContainerType, requiredConnectionDetailsType)
                || (ClassUtils.isPresent(OWN_CONTAINER, null)
                        && source.accepts(
                                ANY_CONNECTION_NAME,
                                ClassUtils.resolveClassName(OWN_CONTAINER, null),
                                requiredConnectionDetailsType));
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
