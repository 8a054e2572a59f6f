package io.dflockd.spring.boot.autoconfigure.signal;

import io.dflockd.spring.signal.endpoint.SignalListenerDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows what is wrong with a signal listener. */
final class SignalListenerDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<SignalListenerDefinitionException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SignalListenerDefinitionException cause) {
        return new FailureAnalysis(cause.description() + ".", cause.action(), cause);
    }
}
