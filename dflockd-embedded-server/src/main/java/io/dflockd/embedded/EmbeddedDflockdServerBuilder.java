package io.dflockd.embedded;

import io.dflockd.embedded.server.ServerSettings;
import io.dflockd.embedded.server.TlsContexts;
import io.dflockd.embedded.server.WireText;
import io.dflockd.embedded.table.Dialect;
import io.dflockd.embedded.table.LeaseTime;
import io.dflockd.embedded.table.LockRules;
import io.dflockd.embedded.table.Trait;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link EmbeddedDflockdServer}. The defaults are those of the real server, except for the port, which is a free
 * one. The shortest duration is a millisecond. Not thread-safe.
 *
 * <p>Every setter throws {@link IllegalArgumentException} for a value that is out of range.
 */
public final class EmbeddedDflockdServerBuilder {

    /** The longest time that has a number of nanoseconds. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

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
    private int maxConnectionsPerAddress;
    private int maxSubscriptions;
    private Duration gcInterval = Duration.ofSeconds(5);
    private Duration gcMaxIdle = Duration.ofSeconds(60);
    private @Nullable String authToken;
    private @Nullable SslContext tls;
    private @Nullable Path fenceStateFile;
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

    /** Sets the host name or address to listen on, an IPv6 address with or without brackets; 127.0.0.1 by default. */
    public EmbeddedDflockdServerBuilder host(String newHost) {
        boolean brackets = newHost.startsWith("[") && newHost.endsWith("]");
        String bare = brackets ? newHost.substring(1, newHost.length() - 1) : newHost;
        if (bare.isBlank()) {
            throw new IllegalArgumentException("host must not be blank: '" + newHost + "'");
        }
        host = bare;
        return this;
    }

    /** Sets the port, 0 (the default) for a free one, which the server keeps when it is restarted. */
    public EmbeddedDflockdServerBuilder port(int newPort) {
        if (newPort < 0 || newPort > 65_535) {
            throw new IllegalArgumentException("port must be between 0 and 65535: " + newPort);
        }
        port = newPort;
        return this;
    }

    /** Sets the lease of grants that ask for none, 33 s by default. Answers show it in seconds, rounded up. */
    public EmbeddedDflockdServerBuilder defaultLease(Duration lease) {
        defaultLease = positive("default lease", lease);
        return this;
    }

    /** Sets the interval at which expired leases are removed, 1 s by default. */
    public EmbeddedDflockdServerBuilder leaseSweepInterval(Duration interval) {
        leaseSweepInterval = positive("lease sweep interval", interval);
        return this;
    }

    /** Sets the silence after which a connection is closed, 23 s by default; each line of a request restarts it. */
    public EmbeddedDflockdServerBuilder readTimeout(Duration timeout) {
        readTimeout = positive("read timeout", timeout);
        return this;
    }

    /** Sets the time that a client may take to read an answer, 5 s by default, zero for no limit. */
    public EmbeddedDflockdServerBuilder writeTimeout(Duration timeout) {
        writeTimeout = notNegative("write timeout", timeout);
        return this;
    }

    /** Sets whether the end of a connection frees its locks; true by default. */
    public EmbeddedDflockdServerBuilder autoReleaseOnDisconnect(boolean autoRelease) {
        autoReleaseOnDisconnect = autoRelease;
        return this;
    }

    /** Sets the highest number of keys, idle ones included; 1024 by default. */
    public EmbeddedDflockdServerBuilder maxLocks(int max) {
        maxLocks = atLeast("max locks", max, 1);
        return this;
    }

    /** Sets the highest number of waiters per key, 0 (the default) for no limit. */
    public EmbeddedDflockdServerBuilder maxWaiters(int max) {
        maxWaiters = atLeast("max waiters", max, 0);
        return this;
    }

    /** Sets the highest number of connections, 0 (the default) for no limit. */
    public EmbeddedDflockdServerBuilder maxConnections(int max) {
        maxConnections = atLeast("max connections", max, 0);
        return this;
    }

    /** Sets the highest number of connections from one IP address, 0 (the default) for no limit. */
    public EmbeddedDflockdServerBuilder maxConnectionsPerAddress(int max) {
        maxConnectionsPerAddress = atLeast("max connections per address", max, 0);
        return this;
    }

    /** Sets the highest number of patterns that a connection may listen to, 0 (the default) for no limit. */
    public EmbeddedDflockdServerBuilder maxSubscriptions(int max) {
        maxSubscriptions = atLeast("max subscriptions", max, 0);
        return this;
    }

    /** Sets the interval at which idle keys are removed, 5 s by default. */
    public EmbeddedDflockdServerBuilder gcInterval(Duration interval) {
        gcInterval = positive("gc interval", interval);
        return this;
    }

    /**
     * Sets the idle time after which a key is forgotten, and the limit of a semaphore with it; 60 s by default, and at
     * least 1 ms before {@link Generation#G3}.
     */
    public EmbeddedDflockdServerBuilder gcMaxIdle(Duration idle) {
        gcMaxIdle = notNegative("gc max idle", idle);
        return this;
    }

    /**
     * Sets the token that clients must send first, null or empty (the default) for none. White space at its ends does
     * not count, because the protocol cuts it off.
     *
     * @throws IllegalArgumentException if there is only white space
     */
    public EmbeddedDflockdServerBuilder authToken(@Nullable String token) {
        String sent = token == null ? "" : WireText.trim(WireText.ofJava(token));
        if (token != null && sent.isEmpty() && !token.isEmpty()) {
            throw new IllegalArgumentException("auth token must not be blank; leave it unset for no authentication");
        }
        authToken = sent.isEmpty() ? null : sent;
        return this;
    }

    /**
     * Uses TLS 1.2 and 1.3 with a certificate chain and its private key, both as PEM files. The key must be an
     * RSA or EC key as unencrypted PKCS#8 ({@code BEGIN PRIVATE KEY}); {@code openssl pkcs8 -topk8 -nocrypt} converts
     * other forms. Whether the key belongs to the certificate shows in the first handshake.
     *
     * @throws IllegalArgumentException if a file cannot be read or has another content
     */
    public EmbeddedDflockdServerBuilder tls(Path certificate, Path key) {
        tls = TlsContexts.of(certificate, key);
        return this;
    }

    /** Uses TLS 1.2 and 1.3 with the key material of a context. */
    public EmbeddedDflockdServerBuilder tls(SSLContext context) {
        tls = TlsContexts.of(context);
        return this;
    }

    /**
     * Sets a file that keeps the numbers of grants over a restart, null (the default) for none. Only generations with
     * fences in their tokens have it. The server creates the file, and locks it while it runs.
     */
    public EmbeddedDflockdServerBuilder fenceStateFile(@Nullable Path file) {
        fenceStateFile = file;
        return this;
    }

    /**
     * Sets the time that {@link EmbeddedDflockdServer#shutdown()} waits for connections to end, 30 s by default, zero for
     * no limit.
     */
    public EmbeddedDflockdServerBuilder shutdownTimeout(Duration timeout) {
        shutdownTimeout = notNegative("shutdown timeout", timeout);
        return this;
    }

    /** Sets the fate of listeners that do not read; {@link SlowConsumerPolicy#POISON} by default. */
    public EmbeddedDflockdServerBuilder slowConsumerPolicy(SlowConsumerPolicy policy) {
        slowConsumerPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Sets whether the clock of leases and idle keys moves only with {@link EmbeddedDflockdServer#advanceLeaseClock};
     * false by default. Waiting times and read timeouts always use real time.
     */
    public EmbeddedDflockdServerBuilder virtualLeaseTime(boolean virtual) {
        virtualLeaseTime = virtual;
        return this;
    }

    /** Sets how many requests of all connections {@link ServerView} contains, 10 000 by default, 0 for none. */
    public EmbeddedDflockdServerBuilder requestLogSize(int requests) {
        requestLogSize = atLeast("request log size", requests, 0);
        return this;
    }

    /**
     * Builds the server without starting it.
     *
     * @throws IllegalArgumentException if the generation does not allow a setting
     */
    public EmbeddedDflockdServer build() {
        return new EmbeddedDflockdServer(settings());
    }

    /**
     * Builds the server and starts it.
     *
     * @throws IllegalArgumentException if the generation does not allow a setting
     * @throws IOException if the server cannot listen on the host and port or cannot use the fence state file; the
     *     message contains the reason
     */
    public EmbeddedDflockdServer start() throws IOException {
        return build().start();
    }

    private ServerSettings settings() {
        Dialect dialect = generation.dialect();
        if (!dialect.has(Trait.FORGETS_KEYS_WITHOUT_DELAY)) {
            positive("gc max idle", gcMaxIdle);
        }
        if (fenceStateFile != null && dialect.fences() != Dialect.Fences.TOKEN) {
            throw new IllegalArgumentException("generation " + generation + " has no fence state file: remove "
                    + fenceStateFile + " or choose another generation");
        }
        return new ServerSettings(
                host,
                port,
                new LockRules(
                        dialect, autoReleaseOnDisconnect, maxLocks, maxWaiters, gcMaxIdle.toNanos(), virtualLeaseTime),
                LeaseTime.of(defaultLease),
                leaseSweepInterval.toNanos(),
                gcInterval.toNanos(),
                readTimeout.toNanos(),
                writeTimeout.toNanos(),
                shutdownTimeout.toNanos(),
                maxConnections,
                maxConnectionsPerAddress,
                maxSubscriptions,
                slowConsumerPolicy == SlowConsumerPolicy.CLOSE,
                authToken,
                tls,
                fenceStateFile,
                requestLogSize);
    }

    private static Duration positive(String what, Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException(what + " must be at least 1 ms: " + value);
        }
        return notNegative(what, value);
    }

    private static Duration notNegative(String what, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(what + " must be between 0 and 292 years: " + value);
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
