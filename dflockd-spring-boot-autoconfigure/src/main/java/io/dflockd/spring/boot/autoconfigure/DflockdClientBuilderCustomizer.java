package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClientBuilder;

/**
 * Customizes the builder of every auto-configured client, after properties and connection details have been applied. Beans of
 * this type are called in their order.
 */
@FunctionalInterface
public interface DflockdClientBuilderCustomizer {

    /** The name of the default client. */
    String DEFAULT_CLIENT = "default";

    /**
     * Customizes a client.
     *
     * @param builder the builder of the client
     * @param clientName the name under {@code dflockd.clients}, or {@link #DEFAULT_CLIENT}
     */
    void customize(DflockdClientBuilder builder, String clientName);
}
