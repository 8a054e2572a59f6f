package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockServer;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Contexts with the annotations switched on, without Spring Boot's auto-configuration. */
final class GuardedContext {

    private GuardedContext() {}

    static ApplicationContextRunner on(LockServer locks) {
        return withoutClient().withBean("client", DflockdClient.class, locks::newClient);
    }

    static ApplicationContextRunner withoutClient() {
        return new ApplicationContextRunner().withUserConfiguration(Locking.class);
    }

    /** With a client that never asks its server, as there is none. */
    static ApplicationContextRunner withoutServer() {
        return withoutClient()
                .withBean(
                        "client",
                        DflockdClient.class,
                        () -> DflockdClient.builder().servers("127.0.0.1:1").build());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Locking {}
}
