package io.dflockd.spring.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Names the property of an auth token that cannot be used, and not the token. */
final class InvalidAuthTokenFailureAnalyzer extends AbstractFailureAnalyzer<InvalidAuthTokenException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidAuthTokenException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct '" + cause.property() + "'. A token is one line of text; white space at its ends is ignored.",
                cause);
    }
}
