package io.dflockd.embedded.server;

import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.FenceCounter;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.LockRules;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one server, validated by its builder. Immutable.
 *
 * @param authToken the token that clients must send, as {@linkplain WireText wire text}
 */
public record ServerSettings(
        String host,
        int port,
        LockRules lockRules,
        LeaseTime defaultLease,
        long leaseSweepIntervalNanos,
        long gcIntervalNanos,
        long readTimeoutNanos,
        long writeTimeoutNanos,
        long shutdownTimeoutNanos,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxSubscriptions,
        boolean closesSlowConsumers,
        @Nullable String authToken,
        @Nullable SslContext tls,
        @Nullable Path fenceStateFile,
        int requestLogSize) {

    public Dialect dialect() {
        return lockRules.dialect();
    }

    /**
     * The numbers of the grants of one run.
     *
     * @throws IOException if the fence state file cannot be used; the message names it
     */
    FenceCounter openFences() throws IOException {
        if (fenceStateFile == null) {
            return FenceCounter.of(dialect());
        }
        FenceFile file = FenceFile.open(fenceStateFile);
        try {
            return FenceCounter.of(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** "host:port", with an IPv6 address in brackets. */
    public String address(int actualPort) {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + actualPort;
    }

    /** Whether the argument of {@code auth} is the configured token; false if there is none. */
    boolean acceptsToken(String argument) {
        return authToken != null
                && MessageDigest.isEqual(
                        authToken.getBytes(StandardCharsets.ISO_8859_1),
                        WireText.trim(argument).getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Without the token: settings may end up in a log. */
    @Override
    public String toString() {
        return "ServerSettings[" + dialect() + ", " + address(port) + ", tls=" + (tls != null) + ", auth="
                + (authToken != null) + "]";
    }
}
