package io.dflockd.spring.lock.config;

import io.dflockd.spring.lock.annotation.DistributedConcurrencyLimit;
import io.dflockd.spring.lock.annotation.DistributedLocked;
import io.dflockd.spring.lock.interceptor.LockingInfrastructure;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Enables {@link DistributedLocked} and {@link DistributedConcurrencyLimit}. Spring Boot's auto-configuration does it already.
 *
 * <p>Expects a {@link io.dflockd.client.DflockdClient} bean. Uses {@link io.dflockd.spring.lock.LockOperations},
 * {@link io.dflockd.spring.lock.SemaphoreOperations} and {@link io.dflockd.spring.lock.LockSettings} beans if there are any. It registers an auto-proxy creator itself, so nothing else has to be enabled, and fails the start if an annotated
 * bean ends up without its proxy.
 *
 * <pre>{@code
 * @Configuration
 * @EnableDistributedLocking
 * class LockConfiguration {
 *
 *     @Bean(destroyMethod = "close")
 *     DflockdClient dflockdClient() {
 *         return DflockdClient.builder().servers("127.0.0.1:6388").build();
 *     }
 * }
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(DistributedLockingRegistrar.class)
public @interface EnableDistributedLocking {

    /**
     * Whether proxies are subclasses rather than JDK proxies of interfaces. It is a setting of the application's one
     * auto-proxy creator, so true holds for the other annotations too.
     *
     * @return false to leave it as it is
     */
    boolean proxyTargetClass() default false;

    /**
     * Where the lock stands among the interceptors of a method: lower is further outside. The default is outside
     * transactions and caches; an order that would put the lock inside a transaction fails the start.
     *
     * @return the order; a {@link DistributedConcurrencyLimit} stands one further inside
     */
    int order() default LockingInfrastructure.DEFAULT_ORDER;
}
