package io.dflockd.spring.boot.autoconfigure;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains why a client with fail-fast could not connect, and what to change. */
final class FailFastConnectFailureAnalyzer extends AbstractFailureAnalyzer<FailFastConnectException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, FailFastConnectException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return new FailureAnalysis(
                "The dflockd client '" + failure.client() + "' could not connect to its servers " + failure.servers()
                        + ":\n\n    " + cause.getMessage(),
                action(failure.prefix(), cause),
                failure);
    }

    private static String action(String prefix, Throwable cause) {
        if (cause instanceof DflockdAuthenticationException) {
            return "Set '" + prefix + ".auth-token' or '" + prefix
                    + ".auth-token-file' to the servers' --auth-token; leave both unset if the servers have none.";
        }
        if (cause instanceof TlsException) {
            return "If the server has no TLS on this port, set '" + prefix + ".ssl.enabled' to false. If it has, check"
                    + " that the SSL bundle in '" + prefix
                    + ".ssl.bundle' trusts its certificate, and that the certificate"
                    + " was issued for the host in '" + prefix + ".servers'.";
        }
        if (cause instanceof UnknownServerHostException) {
            return "Correct the host in '" + prefix + ".servers', or the name resolution.";
        }
        if (cause instanceof ConnectionClosedException
                || cause instanceof DflockdProtocolException
                || cause instanceof RequestTimeoutException) {
            return "The server accepted the connection but did not answer. Either it expects TLS: set '" + prefix
                    + ".ssl.enabled' to true or '" + prefix
                    + ".ssl.bundle'. Or it is full: raise its --max-connections."
                    + " Or something else listens there: check '" + prefix + ".servers'.";
        }
        return "Start the servers or correct '" + prefix + ".servers'. To start without them, set '" + prefix
                + ".fail-fast' to false: the client then connects when it is first used.";
    }
}
