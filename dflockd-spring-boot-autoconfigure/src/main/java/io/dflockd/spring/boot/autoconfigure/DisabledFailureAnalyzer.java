package io.dflockd.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Explains that a bean of dflockd is missing because dflockd is switched off. */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class DisabledFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

    private final Environment environment;

    DisabledFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
        ResolvableType type = cause.getResolvableType();
        Class<?> missing = type == null ? null : type.resolve();
        if (missing == null
                || !missing.getName().startsWith("io.dflockd.")
                || cause instanceof NoUniqueBeanDefinitionException
                || environment.getProperty("dflockd.enabled", "true").equalsIgnoreCase("true")) {
            return null;
        }
        boolean withoutLocking = "true".equalsIgnoreCase(environment.getProperty("dflockd.without-locking"));
        return new FailureAnalysis(
                "There is no bean of type " + missing.getName() + ", because dflockd.enabled="
                        + environment.getProperty("dflockd.enabled") + ".",
                withoutLocking
                        ? "With dflockd.without-locking=true there are beans of LockOperations, SemaphoreOperations,"
                                + " SignalOperations and LeaderRoles: inject one of these, or define the missing bean."
                        : "Set dflockd.enabled=true, or define the missing bean. With dflockd.without-locking=true there are"
                                + " beans of LockOperations, SemaphoreOperations, SignalOperations and LeaderRoles that need no"
                                + " server and lock nothing, for tests.",
                cause);
    }
}
