package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.DflockdClient;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Explains how to choose one of several clients. */
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class SeveralClientsFailureAnalyzer extends AbstractFailureAnalyzer<NoUniqueBeanDefinitionException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoUniqueBeanDefinitionException cause) {
        if (!DflockdClient.class.equals(cause.getBeanType())) {
            return null;
        }
        return new FailureAnalysis(
                "A single dflockd client is needed, but there are " + cause.getNumberOfBeansFound() + ": "
                        + cause.getBeanNamesFound() + ".",
                "Mark one of them with @Primary, or choose one where it is used: @Qualifier at the injection point,"
                        + " client = \"...\" in the annotation.",
                cause);
    }
}
