package io.dflockd.testcontainers;

import java.util.concurrent.Future;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A dflockd server in a container, for tests. With Boot, {@code @ServiceConnection} on it is all that is needed:
 *
 * <pre>{@code
 * @Container
 * @ServiceConnection
 * static final DflockdContainer dflockd = new DflockdContainer("dflockd:latest").withAuthToken("secret");
 * }</pre>
 */
public class DflockdContainer extends GenericContainer<DflockdContainer> {

    /** The port inside the container. */
    public static final int PORT = 6388;

    private static final String AUTH_TOKEN = "DFLOCKD_AUTH_TOKEN";

    /**
     * A container of an image.
     *
     * @param imageName the image; there is no default, because there is no official one
     */
    public DflockdContainer(String imageName) {
        this(DockerImageName.parse(imageName));
    }

    /**
     * A container of an image.
     *
     * @param imageName the image
     */
    public DflockdContainer(DockerImageName imageName) {
        super(imageName);
        configureDflockd();
    }

    /**
     * A container of an image that is built by the test.
     *
     * @param image gives the image's name
     */
    public DflockdContainer(Future<String> image) {
        super(image);
        configureDflockd();
    }

    /**
     * Sets the token that the server asks for.
     *
     * @param token the token
     * @return this
     */
    public DflockdContainer withAuthToken(String token) {
        return withEnv(AUTH_TOKEN, token);
    }

    /**
     * Where the server is reached from the test.
     *
     * @return {@code host:port}, as {@code dflockd.servers} takes it
     * @throws IllegalStateException if the container is not running
     */
    public String getServer() {
        return getHost() + ":" + getMappedPort(PORT);
    }

    private void configureDflockd() {
        addExposedPort(PORT);
        waitingFor(new AnswersWaitStrategy());
    }
}
