package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.SemaphoreLimitMismatchException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains what to do if a key has another limit on the server when the application starts. */
final class SemaphoreLimitMismatchFailureAnalyzer extends AbstractFailureAnalyzer<SemaphoreLimitMismatchException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SemaphoreLimitMismatchException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "All instances must use one limit for a key (a lock is a limit of 1). Stop the instances with the other"
                        + " limit and wait until the key has been idle for the server's --gc-max-idle, or use another"
                        + " key.",
                cause);
    }
}
