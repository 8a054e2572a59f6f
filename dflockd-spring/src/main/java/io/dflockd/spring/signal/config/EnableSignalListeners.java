package io.dflockd.spring.signal.config;

import io.dflockd.spring.signal.annotation.SignalListener;
import io.dflockd.spring.signal.annotation.SignalListenerConfigurer;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Enables {@link SignalListener}. Spring Boot's auto-configuration does it already.
 *
 * <p>Expects a {@link io.dflockd.client.DflockdClient} bean. Uses a
 * {@link io.dflockd.spring.signal.endpoint.SignalListenerContainerFactory} bean called
 * {@code signalListenerContainerFactory} and a {@link io.dflockd.spring.signal.SignalConverter} bean if there are any.
 * {@link SignalListenerConfigurer} beans change the rest.
 *
 * <pre>{@code
 * @Configuration
 * @EnableSignalListeners
 * class SignalConfiguration {
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
@Import(SignalListenerBootstrapConfiguration.class)
public @interface EnableSignalListeners {}
