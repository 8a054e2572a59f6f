package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;

/** The clients of an application, under the names that logs, meters, health and the endpoint show. */
public final class DflockdClients {

    static final String DEFAULT_CLIENT_BEAN = "dflockdClient";

    private DflockdClients() {}

    /**
     * All clients, including those that are not injected by type alone ({@code defaultCandidate = false}).
     *
     * @param beanFactory the application's bean factory
     * @return clients by name: {@link DflockdClientBuilderCustomizer#DEFAULT_CLIENT}, or the name of the bean
     */
    public static Map<String, DflockdClient> byName(ConfigurableListableBeanFactory beanFactory) {
        Map<String, DflockdClient> clients = new LinkedHashMap<>();
        SimpleAutowireCandidateResolver.resolveAutowireCandidates(beanFactory, DflockdClient.class)
                .forEach((beanName, client) -> clients.put(nameOf(beanName), client));
        return clients;
    }

    private static String nameOf(String beanName) {
        return beanName.equals(DEFAULT_CLIENT_BEAN) ? DflockdClientBuilderCustomizer.DEFAULT_CLIENT : beanName;
    }
}
