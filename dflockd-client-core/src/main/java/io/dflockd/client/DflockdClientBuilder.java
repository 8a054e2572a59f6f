package io.dflockd.client;

import io.dflockd.client.internal.DefaultDflockdClient;
import io.dflockd.client.internal.net.HostResolver;
import io.dflockd.client.internal.settings.ClientSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link DflockdClient}. Every setter checks its value and throws {@link InvalidArgumentException} naming it.
 * Not thread-safe; {@link #build()} may be called several times.
 */
public final class DflockdClientBuilder {

    /** Longer ones would overflow when added, and nobody waits that long. */
    private static final Duration LONGEST = Duration.ofDays(366);

    private final ClientSettings settings = new ClientSettings();

    DflockdClientBuilder() {}

    /**
     * The servers; default 127.0.0.1:6388. With several, keys are spread over them; the order matters and must be the
     * same in all clients.
     *
     * @param addresses as {@link ServerAddress#parse} reads them
     * @return this
     */
    public DflockdClientBuilder servers(String... addresses) {
        return servers(Arrays.stream(addresses).map(ServerAddress::parse).toList());
    }

    /**
     * The servers; default 127.0.0.1:6388.
     *
     * @param addresses at least one, none twice
     * @return this
     */
    public DflockdClientBuilder servers(Collection<ServerAddress> addresses) {
        List<ServerAddress> copy = List.copyOf(addresses);
        if (copy.isEmpty()) {
            throw new InvalidArgumentException("servers is empty; expected at least one host:port");
        }
        if (copy.stream().distinct().count() != copy.size()) {
            throw new InvalidArgumentException(
                    "servers " + copy + " lists a server twice; each must stand once, or keys are spread unevenly");
        }
        settings.servers = copy;
        return this;
    }

    /**
     * How keys are spread over several servers; default {@link ShardingStrategy#crc32()}.
     *
     * @param strategy the strategy, the same in all clients
     * @return this
     */
    public DflockdClientBuilder sharding(ShardingStrategy strategy) {
        settings.sharding = strategy;
        return this;
    }

    /**
     * The auth token; none by default. It is sent in clear unless TLS is on.
     *
     * @param token the token, null or empty for none
     * @return this
     * @throws InvalidArgumentException if it is blank, or contains what cannot be sent; the message does not show it
     */
    public DflockdClientBuilder authToken(@Nullable String token) {
        if (token == null || token.isEmpty()) {
            settings.authToken = null;
            return this;
        }
        FieldRules.authToken(token);
        settings.authToken = () -> token;
        return this;
    }

    /**
     * Where each new connection takes its auth token from, so that it can be rotated. Called off the event loop.
     *
     * @param supplier gives the token of the moment, null for none
     * @return this
     */
    public DflockdClientBuilder authToken(Supplier<@Nullable String> supplier) {
        settings.authToken = supplier;
        return this;
    }

    /**
     * Connects with TLS; plain TCP by default.
     *
     * @param context trust and keys
     * @return this
     */
    public DflockdClientBuilder sslContext(SSLContext context) {
        settings.sslContext = () -> context;
        return this;
    }

    /**
     * Connects with TLS, asking for the context at each new connection, so that certificates can be renewed. Called off
     * the event loop.
     *
     * @param supplier gives the context of the moment
     * @return this
     */
    public DflockdClientBuilder sslContext(Supplier<SSLContext> supplier) {
        settings.sslContext = supplier;
        return this;
    }

    /**
     * The TLS protocols that may be negotiated; by default those that the SSL context enables.
     *
     * @param protocols for example {@code TLSv1.3}; none for the default
     * @return this
     */
    public DflockdClientBuilder tlsProtocols(String... protocols) {
        settings.tlsProtocols = List.of(protocols);
        return this;
    }

    /**
     * The TLS cipher suites that may be negotiated; by default those that the SSL context enables.
     *
     * @param cipherSuites their standard names; none for the default
     * @return this
     */
    public DflockdClientBuilder tlsCipherSuites(String... cipherSuites) {
        settings.tlsCipherSuites = List.of(cipherSuites);
        return this;
    }

    /**
     * Whether the server's certificate must be for the configured host; default true.
     *
     * @param verify false to accept any name
     * @return this
     */
    public DflockdClientBuilder hostnameVerification(boolean verify) {
        settings.hostnameVerification = verify;
        return this;
    }

    /**
     * How long {@link Acquirable#acquire()} waits; default 10 s.
     *
     * @param timeout zero is allowed
     * @return this
     */
    public DflockdClientBuilder acquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        settings.acquireTimeout = timeout;
        return this;
    }

    /**
     * The lease of grants; default null, the server's own ({@code --default-lease-ttl}, 33 s).
     *
     * @param lease rounded up to whole seconds, or null
     * @return this
     */
    public DflockdClientBuilder lease(@Nullable Duration lease) {
        if (lease != null) {
            FieldRules.leaseSeconds(lease);
        }
        settings.lease = lease;
        return this;
    }

    /**
     * After which part of the lease it is renewed; default 0.5.
     *
     * @param ratio between 0 and 1, both exclusive
     * @return this
     */
    public DflockdClientBuilder renewRatio(double ratio) {
        settings.renewRatio = FieldRules.renewRatio(ratio);
        return this;
    }

    /**
     * Whether leases are renewed in the background; default true.
     *
     * @param renewal false lets every handle be lost at the end of its lease
     * @return this
     */
    public DflockdClientBuilder renewal(boolean renewal) {
        settings.renewal = renewal;
        return this;
    }

    /**
     * How long a connection may take to be ready: name, TCP, TLS and auth together; default 10 s.
     *
     * @param timeout positive
     * @return this
     */
    public DflockdClientBuilder connectTimeout(Duration timeout) {
        settings.connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /**
     * How long a request that does not wait (a try, release, renewal, emit, stats) may take; default 5 s.
     *
     * @param timeout positive
     * @return this
     */
    public DflockdClientBuilder requestTimeout(Duration timeout) {
        settings.requestTimeout = positive("requestTimeout", timeout);
        return this;
    }

    /**
     * After how much silence a connection that matters says something; default 7 s. Must be at most half of the server's
     * read timeout.
     *
     * @param interval positive
     * @return this
     */
    public DflockdClientBuilder keepAliveInterval(Duration interval) {
        settings.keepAliveInterval = positive("keepAliveInterval", interval);
        return this;
    }

    /**
     * The server's {@code --read-timeout}; default 23 s. A server that hears nothing for that long closes the connection
     * and frees what it held, so a handle is not held past it unless something was confirmed. Set it where the server's
     * differs; never higher than the server's.
     *
     * @param timeout at least 1 s
     * @return this
     */
    public DflockdClientBuilder serverReadTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidArgumentException("serverReadTimeout " + timeout + " is below one second");
        }
        settings.serverReadTimeout = limited("serverReadTimeout", timeout);
        return this;
    }

    /**
     * Whether the server frees what a connection held when it ends ({@code --auto-release-on-disconnect}); default true.
     * False makes withdrawn waits run out instead of closing, and closing the client release every handle by name.
     *
     * @param autoRelease as the server is set
     * @return this
     */
    public DflockdClientBuilder serverAutoRelease(boolean autoRelease) {
        settings.serverAutoRelease = autoRelease;
        return this;
    }

    /**
     * How many connections to one server may wait for or own contended locks; default 1000. Beyond it an acquisition is
     * refused with {@link LockRejectedException}: it never waits for a connection.
     *
     * @param max at least 1
     * @return this
     */
    public DflockdClientBuilder maxWaitConnections(int max) {
        if (max < 1) {
            throw new InvalidArgumentException("maxWaitConnections " + max + " is below 1");
        }
        settings.maxWaitConnections = max;
        return this;
    }

    /**
     * How long an unused wait connection is kept; default 10 s. Must be below the server's read timeout.
     *
     * @param idle zero closes it at once
     * @return this
     */
    public DflockdClientBuilder waitConnectionIdle(Duration idle) {
        settings.waitConnectionIdle = notNegative("waitConnectionIdle", idle);
        return this;
    }

    /**
     * How long a {@link QueuedAcquisition} may be kept without being handed out; default 5 min.
     *
     * @param life positive
     * @return this
     */
    public DflockdClientBuilder queuedPlaceMaxLife(Duration life) {
        settings.queuedPlaceMaxLife = positive("queuedPlaceMaxLife", life);
        return this;
    }

    /**
     * The longest {@code stats} answer that is accepted; default 64 MiB.
     *
     * @param bytes at least 1 KiB, below 2 GiB
     * @return this
     */
    public DflockdClientBuilder maxStatsBytes(long bytes) {
        if (bytes < 1024 || bytes > Integer.MAX_VALUE - 8) {
            throw new InvalidArgumentException(
                    "maxStatsBytes " + bytes + " is not in 1024.." + (Integer.MAX_VALUE - 8));
        }
        settings.maxStatsBytes = (int) bytes;
        return this;
    }

    /**
     * Whether the first 16 hex digits of a token are a fence number, as servers from 2.1.0 on make them; default false.
     * With older servers they are random.
     *
     * @param fenceFromToken true only if all servers are 2.1.0 or later
     * @return this
     */
    public DflockdClientBuilder fenceFromToken(boolean fenceFromToken) {
        settings.fenceFromToken = fenceFromToken;
        return this;
    }

    /**
     * Where futures of the asynchronous forms are completed; by default a pool of daemon threads that ends when idle. It
     * is not shut down with the client.
     *
     * @param executor must not reject while the client is in use
     * @return this
     */
    public DflockdClientBuilder callbackExecutor(Executor executor) {
        settings.callbackExecutor = executor;
        return this;
    }

    /**
     * Adds a listener for the client's events.
     *
     * @param listener the listener
     * @return this
     */
    public DflockdClientBuilder listener(DflockdClientListener listener) {
        settings.listeners =
                Stream.concat(settings.listeners.stream(), Stream.of(listener)).toList();
        return this;
    }

    /**
     * What signals mean with several servers; default {@link SignalRouting#BY_CHANNEL}.
     *
     * @param routing the same in all clients
     * @return this
     */
    public DflockdClientBuilder signalRouting(SignalRouting routing) {
        settings.signalRouting = routing;
        return this;
    }

    /**
     * The longest payload of a signal, in bytes of UTF-8; default 256, the longest that every server takes. A longer one
     * fails before it is sent. Raise it only if all servers take more (from 1.15 on 65 531 less the channel): others close
     * the connection.
     *
     * @param bytes 1 to 65 530
     * @return this
     */
    public DflockdClientBuilder maxSignalPayload(int bytes) {
        if (bytes < 1 || bytes > 65_530) {
            throw new InvalidArgumentException("maxSignalPayload " + bytes + " is not in 1..65530");
        }
        settings.maxSignalPayload = bytes;
        return this;
    }

    /**
     * How many threads handle signals at most, for all subscriptions together; default 8, or the number of processors if
     * that is more. There are none while nothing is to be handled.
     *
     * @param threads 1 to 32767
     * @return this
     */
    public DflockdClientBuilder signalThreads(int threads) {
        if (threads < 1 || threads > 32767) {
            throw new InvalidArgumentException("signalThreads " + threads + " is not in 1..32767");
        }
        settings.signalThreads = threads;
        return this;
    }

    /** For tests. */
    DflockdClientBuilder hostResolver(HostResolver resolver) {
        settings.hostResolver = resolver;
        return this;
    }

    /** For tests. */
    DflockdClientBuilder ticker(LongSupplier ticker) {
        settings.ticker = ticker;
        return this;
    }

    /**
     * Makes the client. Opens nothing.
     *
     * @return the client; close it
     * @throws InvalidArgumentException if two settings contradict each other
     */
    public DflockdClient build() {
        if (settings.keepAliveInterval.multipliedBy(2).compareTo(settings.serverReadTimeout) > 0) {
            throw new InvalidArgumentException("keepAliveInterval " + settings.keepAliveInterval
                    + " is more than half of serverReadTimeout " + settings.serverReadTimeout
                    + "; the server would close idle connections. Lower the first or raise the second");
        }
        if (settings.waitConnectionIdle.compareTo(settings.serverReadTimeout) >= 0) {
            throw new InvalidArgumentException("waitConnectionIdle " + settings.waitConnectionIdle
                    + " is not below serverReadTimeout " + settings.serverReadTimeout
                    + "; the server would close idle connections first. Lower it");
        }
        return new DefaultDflockdClient(settings.copy());
    }

    private static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new InvalidArgumentException(name + " " + value + " is not positive");
        }
        return limited(name, value);
    }

    private static Duration notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new InvalidArgumentException(name + " " + value + " is negative");
        }
        return limited(name, value);
    }

    private static Duration limited(String name, Duration value) {
        if (value.compareTo(LONGEST) > 0) {
            throw new InvalidArgumentException(name + " " + value + " is longer than a year (" + LONGEST + ")");
        }
        return value;
    }
}
