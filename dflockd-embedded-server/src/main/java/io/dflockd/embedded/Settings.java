package io.dflockd.embedded;

import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/** The configuration of one server, validated by its builder. */
record Settings(
        Generation generation,
        String host,
        int port,
        Lease defaultLease,
        long leaseSweepIntervalNanos,
        long readTimeoutNanos,
        long writeTimeoutNanos,
        boolean autoReleaseOnDisconnect,
        int maxLocks,
        int maxWaiters,
        int maxConnections,
        int maxSubscriptions,
        long gcIntervalNanos,
        long gcMaxIdleNanos,
        @Nullable String authToken,
        @Nullable SslContext tls,
        long shutdownTimeoutNanos,
        SlowConsumerPolicy slowConsumerPolicy,
        boolean virtualLeaseTime,
        int requestLogSize) {

    /** Without the token: settings may end up in a log. */
    @Override
    public String toString() {
        return "Settings[" + generation + ", " + host + ":" + port + ", tls=" + (tls != null) + ", auth="
                + (authToken != null) + "]";
    }
}
