package io.dflockd.spring.lock.interceptor;

import io.dflockd.spring.lock.LockOperations;
import io.dflockd.spring.lock.annotation.LockDefinitionException;
import io.dflockd.spring.lock.config.EnableDistributedLocking;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Run in a JVM of its own by {@link OptionalDependenciesTests}, with the name of the class of its guarded bean. */
public class KotlinWithoutBridge {

    public static void main(String[] args) throws ClassNotFoundException {
        try (var context = new AnnotationConfigApplicationContext(Guarding.class, Class.forName(args[0]))) {
            System.out.println("started " + context);
        } catch (LockDefinitionException ex) {
            System.out.println("refused " + ex.getMessage());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableDistributedLocking
    static class Guarding {

        @Bean
        LockOperations locks() {
            return LockOperations.withoutLocking();
        }
    }
}
