package io.dflockd.spring.lock.interceptor;

import io.dflockd.client.DflockdClient;
import io.dflockd.spring.lock.LockContext;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import java.util.concurrent.CompletableFuture;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Run in a JVM of its own by {@link OptionalDependenciesTests}. */
public class WithoutOptionals {

    public static void main(String[] args) {
        System.setProperty("server", args[0]);
        try (var context = new AnnotationConfigApplicationContext(Guarding.class)) {
            Orders orders = context.getBean(Orders.class);
            System.out.println(orders.fulfil("7"));
            System.out.println(orders.stage().join());
        }
    }

    static class Orders {

        @DistributedLocked(name = "order", key = "#id")
        public String fulfil(String id) {
            return LockContext.current().key() + (LockContext.current().isHeld() ? " held" : " free");
        }

        @DistributedLocked("stage")
        public CompletableFuture<String> stage() {
            return CompletableFuture.completedFuture(
                    LockContext.current().key() + (LockContext.current().isHeld() ? " held" : " free"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Guarding {

        @Bean(destroyMethod = "close")
        DflockdClient client() {
            return DflockdClient.builder().servers(System.getProperty("server")).build();
        }

        @Bean
        Orders orders() {
            return new Orders();
        }
    }
}
