package io.dflockd.embedded;

import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of an {@link EmbeddedDflockdServer}. The defaults are those of the real server, except for the
 * port, which is ephemeral. Durations go down to a millisecond. Not thread-safe.
 *
 * <p>Every setter throws {@link IllegalArgumentException} for a value out of its range.
 */
public final class EmbeddedDflockdServerBuilder {

    private Generation generation = Generation.G2;
    private String host = "127.0.0.1";
    private int port;
    private Duration defaultLease = Duration.ofSeconds(33);
    private Duration leaseSweepInterval = Duration.ofSeconds(1);
    private Duration readTimeout = Duration.ofSeconds(23);
    private Duration writeTimeout = Duration.ofSeconds(5);
    private boolean autoReleaseOnDisconnect = true;
    private int maxLocks = 1024;
    private int maxWaiters;
    private int maxConnections;
    private int maxSubscriptions;
    private Duration gcInterval = Duration.ofSeconds(5);
    private Duration gcMaxIdle = Duration.ofSeconds(60);
    private @Nullable String authToken;
    private @Nullable SslContext tls;
    private Duration shutdownTimeout = Duration.ofSeconds(30);
    private SlowConsumerPolicy slowConsumerPolicy = SlowConsumerPolicy.POISON;
    private boolean virtualLeaseTime;
    private int requestLogSize = 10_000;

    EmbeddedDflockdServerBuilder() {}

    /** Sets the generation to imitate; {@link Generation#G2} by default. */
    public EmbeddedDflockdServerBuilder generation(Generation newGeneration) {
        generation = Objects.requireNonNull(newGeneration, "generation");
        return this;
    }

    /** Sets the address to listen on; 127.0.0.1 by default. */
    public EmbeddedDflockdServerBuilder host(String newHost) {
        host = Objects.requireNonNull(newHost, "host");
        return this;
    }

    /** Sets the port, 0 (the default) for a free one, which the server then keeps over restarts. */
    public EmbeddedDflockdServerBuilder port(int newPort) {
        if (newPort < 0 || newPort > 65_535) {
            throw new IllegalArgumentException("port out of range: " + newPort);
        }
        port = newPort;
        return this;
    }

    /** Sets the lease of grants that ask for none, 33 s by default. Answers show it in seconds, rounded up. */
    public EmbeddedDflockdServerBuilder defaultLease(Duration lease) {
        defaultLease = positive("default lease", lease);
        return this;
    }

    /** Sets how often expired leases are looked for, 1 s by default. */
    public EmbeddedDflockdServerBuilder leaseSweepInterval(Duration interval) {
        leaseSweepInterval = positive("lease sweep interval", interval);
        return this;
    }

    /** Sets the silence after which a connection is closed, 23 s by default; each line of a request restarts it. */
    public EmbeddedDflockdServerBuilder readTimeout(Duration timeout) {
        readTimeout = positive("read timeout", timeout);
        return this;
    }

    /** Sets how long an answer may wait for its client to read, 5 s by default, zero for ever. */
    public EmbeddedDflockdServerBuilder writeTimeout(Duration timeout) {
        writeTimeout = notNegative("write timeout", timeout);
        return this;
    }

    /** Sets whether the end of a connection frees what it holds; true by default. */
    public EmbeddedDflockdServerBuilder autoReleaseOnDisconnect(boolean autoRelease) {
        autoReleaseOnDisconnect = autoRelease;
        return this;
    }

    /** Sets how many keys there may be, idle ones included; 1024 by default. */
    public EmbeddedDflockdServerBuilder maxLocks(int max) {
        maxLocks = atLeast("max locks", max, 1);
        return this;
    }

    /** Sets how many may wait for one key, 0 (the default) for any number. */
    public EmbeddedDflockdServerBuilder maxWaiters(int max) {
        maxWaiters = atLeast("max waiters", max, 0);
        return this;
    }

    /** Sets how many connections there may be, 0 (the default) for any number. */
    public EmbeddedDflockdServerBuilder maxConnections(int max) {
        maxConnections = atLeast("max connections", max, 0);
        return this;
    }

    /** Sets how many patterns a connection may listen to, 0 (the default) for any number. */
    public EmbeddedDflockdServerBuilder maxSubscriptions(int max) {
        maxSubscriptions = atLeast("max subscriptions", max, 0);
        return this;
    }

    /** Sets how often idle keys are looked for, 5 s by default. */
    public EmbeddedDflockdServerBuilder gcInterval(Duration interval) {
        gcInterval = positive("gc interval", interval);
        return this;
    }

    /** Sets after how long an idle key is forgotten, and a semaphore's limit with it; 60 s by default. */
    public EmbeddedDflockdServerBuilder gcMaxIdle(Duration idle) {
        gcMaxIdle = positive("gc max idle", idle);
        return this;
    }

    /** Sets the token that clients must send first, null or empty (the default) for none. */
    public EmbeddedDflockdServerBuilder authToken(@Nullable String token) {
        authToken = token == null || token.isEmpty() ? null : token;
        return this;
    }

    /**
     * Speaks TLS 1.2 and 1.3 with a certificate chain and its unencrypted private key (PKCS#8, PKCS#1 or SEC1), both in
     * PEM.
     *
     * @throws IllegalArgumentException if they cannot be read or do not fit
     */
    public EmbeddedDflockdServerBuilder tls(Path certificate, Path key) {
        tls = TlsContexts.of(certificate, key);
        return this;
    }

    /** Speaks TLS 1.2 and 1.3 with the key material of a context. */
    public EmbeddedDflockdServerBuilder tls(SSLContext context) {
        tls = TlsContexts.of(context);
        return this;
    }

    /**
     * Sets how long {@link EmbeddedDflockdServer#shutdown()} waits for connections to end, 30 s by default, zero for
     * ever.
     */
    public EmbeddedDflockdServerBuilder shutdownTimeout(Duration timeout) {
        shutdownTimeout = notNegative("shutdown timeout", timeout);
        return this;
    }

    /** Sets what happens to listeners that do not read; {@link SlowConsumerPolicy#POISON} by default. */
    public EmbeddedDflockdServerBuilder slowConsumerPolicy(SlowConsumerPolicy policy) {
        slowConsumerPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets whether the clock of leases and idle keys stands still except for
     * {@link EmbeddedDflockdServer#advanceLeaseClock}; false by default. Waiting times and read timeouts run in real
     * time in any case.
     */
    public EmbeddedDflockdServerBuilder virtualLeaseTime(boolean virtual) {
        virtualLeaseTime = virtual;
        return this;
    }

    /** Sets how many requests {@link ServerView} remembers over all connections, 10 000 by default, 0 for none. */
    public EmbeddedDflockdServerBuilder requestLogSize(int requests) {
        requestLogSize = atLeast("request log size", requests, 0);
        return this;
    }

    /** Makes the server without starting it. */
    public EmbeddedDflockdServer build() {
        return new EmbeddedDflockdServer(settings());
    }

    /**
     * Makes the server and starts it.
     *
     * @throws IOException if the port cannot be listened on
     */
    public EmbeddedDflockdServer start() throws IOException {
        return build().start();
    }

    private Settings settings() {
        return new Settings(
                generation,
                host,
                port,
                Lease.of(defaultLease),
                leaseSweepInterval.toNanos(),
                readTimeout.toNanos(),
                writeTimeout.toNanos(),
                autoReleaseOnDisconnect,
                maxLocks,
                maxWaiters,
                maxConnections,
                maxSubscriptions,
                gcInterval.toNanos(),
                gcMaxIdle.toNanos(),
                authToken,
                tls,
                shutdownTimeout.toNanos(),
                slowConsumerPolicy,
                virtualLeaseTime,
                requestLogSize);
    }

    private static Duration positive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(what + " must be at least 1 ms: " + value);
        }
        return notNegative(what, value);
    }

    private static Duration notNegative(String what, Duration value) {
        if (value.isNegative() || value.getSeconds() > Arguments.MAX_SECONDS - 1) {
            throw new IllegalArgumentException(what + " out of range: " + value);
        }
        return value;
    }

    private static int atLeast(String what, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(what + " must be at least " + least + ": " + value);
        }
        return value;
    }
}
