package io.dflockd.spring.leader.config;

import io.dflockd.spring.leader.LeaderOnly;
import io.dflockd.spring.leader.LeaderRoles;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Import;

/**
 * Switches {@link LeaderOnly} on. Not needed with Spring Boot, whose auto-configuration does it. Expects a {@link LeaderRoles}
 * bean for the roles of the annotated methods.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(LeaderOnlyRegistrar.class)
public @interface EnableLeaderOnly {}
