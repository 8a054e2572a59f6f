package io.dflockd.client.internal.net;

import io.dflockd.client.ServerAddress;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How connections are encrypted.
 *
 * @param context gives the context of each new connection; may block
 * @param hostnameVerification whether the certificate must be for the configured host
 * @param protocols enabled protocols, empty for the context's own
 * @param cipherSuites enabled cipher suites, empty for the context's own
 */
public record TlsSettings(
        Supplier<SSLContext> context, boolean hostnameVerification, List<String> protocols, List<String> cipherSuites) {

    SSLEngine engine(SSLContext with, ServerAddress server) {
        SSLEngine engine = with.createSSLEngine(server.host(), server.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        if (hostnameVerification) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(new String[0]));
        }
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(new String[0]));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }
}
