package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.spring.lock.annotation.LockDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/** Explains what is wrong with a lock annotation, or why there is no client for it. */
final class LockDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<LockDefinitionException> {

    private final Environment environment;

    LockDefinitionFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, LockDefinitionException cause) {
        boolean enabled = "true".equalsIgnoreCase(environment.getProperty("dflockd.enabled", "true"));
        return new FailureAnalysis(
                cause.description() + ".",
                enabled
                        ? cause.action()
                        : "'dflockd.enabled' is not true: set 'dflockd.enabled' to true. To run guarded methods unlocked on purpose,"
                                + " in a test for example, set it to false and"
                                + " 'dflockd.without-locking' to true.",
                cause);
    }
}
