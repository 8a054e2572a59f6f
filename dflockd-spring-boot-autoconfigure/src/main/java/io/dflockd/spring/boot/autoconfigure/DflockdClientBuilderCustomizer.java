package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClientBuilder;

/**
 * Changes a client's configuration after properties and connection details were applied. Beans of this type are called in
 * their order, for every client that is auto-configured.
 */
@FunctionalInterface
public interface DflockdClientBuilderCustomizer {

    /** What the default client is called. */
    String DEFAULT_CLIENT = "default";

    /**
     * Changes the configuration.
     *
     * @param builder of the client
     * @param clientName the name under {@code dflockd.clients}, or {@link #DEFAULT_CLIENT}
     */
    void customize(DflockdClientBuilder builder, String clientName);
}
