package io.dflockd.spring.boot.docker.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

import io.dflockd.client.ServerAddress;
import io.dflockd.spring.boot.autoconfigure.DflockdConnectionDetails;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;

/** Boot's own parts are played: what runs Docker Compose is not at hand where the build runs. */
class DflockdDockerComposeConnectionDetailsFactoryTests {

    @Test
    void hostPortAndTokenComeFromTheService() {
        DflockdConnectionDetails details = details("dflockd", Map.of("DFLOCKD_AUTH_TOKEN", "sesame"), Map.of());

        assertThat(details.getServers()).containsExactly(new ServerAddress("compose.test", 32768));
        assertThat(details.getAuthToken()).isEqualTo("sesame");
        assertThat(details.getSslBundle()).isNull();
    }

    @Test
    void labelMakesAnyImageADflockdServer() {
        assertThat(details("something/else", Map.of(), Map.of())).isNull();
        DflockdConnectionDetails details =
                details("something/else", Map.of(), Map.of("org.springframework.boot.service-connection", "dflockd"));
        assertThat(details.getServers()).hasSize(1);
        assertThat(details.getAuthToken()).isNull();
    }

    @Test
    void sslBundleComesFromLabels() {
        DflockdConnectionDetails details = details(
                "dflockd",
                Map.of(),
                Map.of(
                        "org.springframework.boot.sslbundle.jks.truststore.location",
                        "classpath:never-read.p12",
                        "org.springframework.boot.sslbundle.jks.truststore.password",
                        "changeit"));

        assertThat(details.getSslBundle()).isNotNull();
    }

    private static DflockdConnectionDetails details(
            String image, Map<String, String> environment, Map<String, String> labels) {
        DockerComposeConnectionSource source = mock(DockerComposeConnectionSource.class);
        given(source.getRunningService()).willReturn(new Service(ImageReference.of(image), environment, labels));
        return new DflockdDockerComposeConnectionDetailsFactory().getConnectionDetails(source);
    }

    private record Service(ImageReference image, Map<String, String> env, Map<String, String> labels)
            implements RunningService {

        @Override
        public String name() {
            return "locks";
        }

        @Override
        public String host() {
            return "compose.test";
        }

        @Override
        public ConnectionPorts ports() {
            return new ConnectionPorts() {
                @Override
                public int get(int containerPort) {
                    assertThat(containerPort).isEqualTo(6388);
                    return 32768;
                }

                @Override
                public List<Integer> getAll() {
                    return List.of(32768);
                }

                @Override
                public List<Integer> getAll(String protocol) {
                    return getAll();
                }
            };
        }
    }
}
