package io.dflockd.client;

import io.dflockd.client.internal.DefaultDflockdClient;
import io.dflockd.client.internal.settings.ClientSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Configures a {@link DflockdClient}. Every method checks its value and throws an {@link InvalidArgumentException} that contains
 * it, or a {@link NullPointerException} for an object that is null and has to be given. A duration may not be longer than a year.
 * Not thread-safe; {@link #build()} may be called several times.
 */
public final class DflockdClientBuilder {

    private final ClientSettings settings = new ClientSettings();

    DflockdClientBuilder() {}

    /**
     * The servers; default 127.0.0.1:6388. Keys are distributed over several servers. All clients that share locks must
     * list the same servers in the same order. Addresses have the forms of {@link ServerAddress#parse}.
     */
    public DflockdClientBuilder servers(String... addresses) {
        return servers(Arrays.stream(addresses).map(ServerAddress::parse).toList());
    }

    /**
     * The servers, as in {@link #servers(String...)}, at least one and without duplicates. Host names that differ only in case
     * are one.
     */
    public DflockdClientBuilder servers(Collection<ServerAddress> addresses) {
        List<ServerAddress> copy = List.copyOf(addresses);
        if (copy.isEmpty()) {
            throw new InvalidArgumentException("servers is empty; expected at least one host:port");
        }
        if (copy.size() > 1
                && copy.stream()
                                .map(DflockdClientBuilder::inLowerCase)
                                .distinct()
                                .count()
                        != copy.size()) {
            throw new InvalidArgumentException("servers " + copy + " contains a server twice; list each server once");
        }
        settings.servers = copy;
        return this;
    }

    private static ServerAddress inLowerCase(ServerAddress address) {
        return new ServerAddress(address.host().toLowerCase(Locale.ROOT), address.port());
    }

    /**
     * The distribution of keys over several servers; default {@link ShardingStrategy#crc32()}. All clients that share
     * locks must use the same one.
     */
    public DflockdClientBuilder sharding(ShardingStrategy strategy) {
        settings.sharding = Objects.requireNonNull(strategy, "strategy must not be null");
        return this;
    }

    /**
     * The auth token; none by default. It is sent unencrypted unless TLS is on.
     *
     * @param token the token, null or empty for none
     * @throws InvalidArgumentException if the token is blank or cannot be sent; the message does not contain it
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
     * A supplier of the auth token, called for each new connection, so that the token can be rotated. It may block, and
     * then delays connections to the same server only. It returns null for none.
     */
    public DflockdClientBuilder authToken(Supplier<@Nullable String> supplier) {
        settings.authToken = Objects.requireNonNull(supplier, "supplier must not be null");
        return this;
    }

    /**
     * Connects with TLS; plain TCP by default. The context has the trusted certificates, and the client's own if it
     * needs one.
     */
    public DflockdClientBuilder sslContext(SSLContext context) {
        Objects.requireNonNull(context, "context must not be null");
        settings.sslContext = () -> context;
        return this;
    }

    /**
     * Connects with TLS. The supplier is called for each new connection, so that certificates can be renewed. It may block,
     * and then delays connections to the same server only.
     */
    public DflockdClientBuilder sslContext(Supplier<SSLContext> supplier) {
        settings.sslContext = Objects.requireNonNull(supplier, "supplier must not be null");
        return this;
    }

    /** The enabled TLS protocols, for example {@code TLSv1.3}; by default those of the SSL context. */
    public DflockdClientBuilder tlsProtocols(String... protocols) {
        settings.tlsProtocols = List.of(protocols);
        return this;
    }

    /** The enabled TLS cipher suites; by default those of the SSL context. */
    public DflockdClientBuilder tlsCipherSuites(String... cipherSuites) {
        settings.tlsCipherSuites = List.of(cipherSuites);
        return this;
    }

    /** Whether the server's certificate must be valid for the configured host; default true. */
    public DflockdClientBuilder hostnameVerification(boolean verify) {
        settings.hostnameVerification = verify;
        return this;
    }

    /** The longest wait of {@link Acquirable#acquire()} for a busy key; default 10 s. Zero makes a try. */
    public DflockdClientBuilder acquireTimeout(Duration timeout) {
        FieldRules.timeoutSeconds(timeout);
        settings.acquireTimeout = timeout;
        return this;
    }

    /**
     * The lease of locks and slots; default null, which leaves it to the server ({@code --default-lease-ttl}, 33 s). A
     * short lease costs more renewals. It bounds how long a handle can outlive its lock ({@link LockHandle}). The
     * client rounds it up to whole seconds.
     */
    public DflockdClientBuilder lease(@Nullable Duration lease) {
        if (lease != null) {
            FieldRules.leaseSeconds(lease);
        }
        settings.lease = lease;
        return this;
    }

    /** The part of the lease after which it is renewed; default 0.5. Between 0 and 1, both exclusive. */
    public DflockdClientBuilder renewRatio(double ratio) {
        settings.renewRatio = FieldRules.renewRatio(ratio);
        return this;
    }

    /**
     * Whether leases are renewed in the background; default true. Without renewal every handle is lost at the end of
     * its lease.
     */
    public DflockdClientBuilder renewal(boolean renewal) {
        settings.renewal = renewal;
        return this;
    }

    /**
     * The minimum time for which a lock or slot is held, see {@link Acquirable#withHoldAtLeast}; default null, none.
     * Zero is none too.
     */
    public DflockdClientBuilder holdAtLeast(@Nullable Duration atLeast) {
        FieldRules.holdLimits(atLeast, null);
        settings.holdAtLeast = atLeast;
        return this;
    }

    /** The maximum time for which a lock or slot is held, see {@link Acquirable#withHoldAtMost}; default null, none. */
    public DflockdClientBuilder holdAtMost(@Nullable Duration atMost) {
        FieldRules.holdLimits(null, atMost);
        settings.holdAtMost = atMost;
        return this;
    }

    /** Whether a release waits for the server's answer; default {@link ReleaseMode#CONFIRMED}. */
    public DflockdClientBuilder release(ReleaseMode mode) {
        settings.release = Objects.requireNonNull(mode, "mode must not be null");
        return this;
    }

    /**
     * The time that a close waits for locks that were released and are kept because of
     * {@link Acquirable#withHoldAtLeast}; default 5 s. After it the client releases them. Zero releases them at once.
     */
    public DflockdClientBuilder holdAtLeastOnClose(Duration limit) {
        settings.holdAtLeastOnClose = FieldRules.setting("holdAtLeastOnClose", limit);
        return this;
    }

    /**
     * The time in which a connection must be ready: name look-up, TCP, TLS and auth together; default 10 s. Must be
     * positive.
     */
    public DflockdClientBuilder connectTimeout(Duration timeout) {
        settings.connectTimeout = FieldRules.positiveSetting("connectTimeout", timeout);
        return this;
    }

    /**
     * The time in which a request that does not wait for a lock must be answered: a try, enqueue, release, emit or
     * stats; default 5 s. Must be positive.
     */
    public DflockdClientBuilder requestTimeout(Duration timeout) {
        settings.requestTimeout = FieldRules.positiveSetting("requestTimeout", timeout);
        return this;
    }

    /**
     * The idle time after which a keep-alive is sent on connections that hold locks, wait in a queue or listen; default
     * 7 s. At most half of {@link #serverReadTimeout}. Must be positive.
     */
    public DflockdClientBuilder keepAliveInterval(Duration interval) {
        settings.keepAliveInterval = FieldRules.positiveSetting("keepAliveInterval", interval);
        return this;
    }

    /**
     * The server's {@code --read-timeout}; default 23 s. A server that receives nothing for that long closes the
     * connection and frees what it held, so it bounds the deadline of a {@link LockHandle}. Set it if the server has
     * another value. A value above the server's can leave a handle HELD although the server has freed the lock. At
     * least 1 s.
     */
    public DflockdClientBuilder serverReadTimeout(Duration timeout) {
        if (FieldRules.positiveSetting("serverReadTimeout", timeout).compareTo(Duration.ofSeconds(1)) < 0) {
            throw new InvalidArgumentException("serverReadTimeout " + timeout + " is below one second");
        }
        settings.serverReadTimeout = timeout;
        return this;
    }

    /**
     * Whether the server frees what a connection held when the connection ends ({@code --auto-release-on-disconnect});
     * default true. With false the end of a connection suspends its handles ({@link LockHandle.State#SUSPENDED}), and the client
     * does what such a server does not: it lets withdrawn waits run out, releases lost handles by their token on another
     * connection until the lease ends, and releases all handles when it is closed.
     */
    public DflockdClientBuilder serverAutoRelease(boolean autoRelease) {
        settings.serverAutoRelease = autoRelease;
        return this;
    }

    /**
     * The largest number of connections to one server that wait for busy keys or own what they waited for; default
     * 1000. An acquisition that needs one more fails with a {@link LockRejectedException}. It does not wait for a
     * connection, because nested locks could then wait for each other. At least 1.
     */
    public DflockdClientBuilder maxWaitConnections(int max) {
        if (max < 1) {
            throw new InvalidArgumentException("maxWaitConnections " + max + " is below 1");
        }
        settings.maxWaitConnections = max;
        return this;
    }

    /**
     * The time after which an unused connection of those is closed; default 10 s. Less than {@link #serverReadTimeout}.
     * Zero closes it at once.
     */
    public DflockdClientBuilder waitConnectionIdle(Duration idle) {
        settings.waitConnectionIdle = FieldRules.setting("waitConnectionIdle", idle);
        return this;
    }

    /**
     * The time after which a {@link QueuedAcquisition} ends if its lock was not handed out; default 5 min. Must be
     * positive.
     */
    public DflockdClientBuilder queuedPlaceMaxLife(Duration life) {
        settings.queuedPlaceMaxLife = FieldRules.positiveSetting("queuedPlaceMaxLife", life);
        return this;
    }

    /** The largest accepted answer to {@code stats}; default 64 MiB, at least 1 KiB and less than 2 GiB. */
    public DflockdClientBuilder maxStatsBytes(long bytes) {
        settings.maxStatsBytes = inRange("maxStatsBytes", bytes, 1024, Integer.MAX_VALUE - 8);
        return this;
    }

    /**
     * Whether {@link LockHandle#fence()} is read from the first 16 hexadecimal digits of the token; default false.
     * Servers from 2.1.0 on put a fence number there, older ones a random number. Set it to true only if all servers
     * are 2.1.0 or later.
     */
    public DflockdClientBuilder fenceFromToken(boolean fenceFromToken) {
        settings.fenceFromToken = fenceFromToken;
        return this;
    }

    /**
     * The executor that completes the futures of asynchronous methods, and so runs their continuations; by default a pool of
     * daemon threads that ends when idle. The client calls the executor on a thread named {@code dflockd-callback}, never on
     * its event loop, so one that runs tasks on the calling thread is allowed. If it rejects a task, that thread runs it. A
     * task that it has not begun after 10 s runs on the client's own threads. The client does not shut it down.
     */
    public DflockdClientBuilder callbackExecutor(Executor executor) {
        settings.callbackExecutor = Objects.requireNonNull(executor, "executor must not be null");
        return this;
    }

    /** Adds a listener for the client's events. */
    public DflockdClientBuilder listener(DflockdClientListener listener) {
        Objects.requireNonNull(listener, "listener must not be null");
        settings.listeners =
                Stream.concat(settings.listeners.stream(), Stream.of(listener)).toList();
        return this;
    }

    /**
     * The servers to which signals are emitted and on which subscriptions listen; default
     * {@link SignalRouting#BY_CHANNEL}. All clients that share signals must use the same one.
     */
    public DflockdClientBuilder signalRouting(SignalRouting routing) {
        settings.signalRouting = Objects.requireNonNull(routing, "routing must not be null");
        return this;
    }

    /**
     * The longest payload of a signal, in bytes of UTF-8; default 256, which every server accepts. A longer payload
     * fails before it is sent. Set it higher only if all servers accept more (from 1.15 on 65 531 less the channel);
     * other servers close the connection. From 1 to 65 530.
     */
    public DflockdClientBuilder maxSignalPayload(int bytes) {
        settings.maxSignalPayload = inRange("maxSignalPayload", bytes, 1, 65_530);
        return this;
    }

    /**
     * The largest number of threads that handle signals, for all subscriptions together; default 8, or the number of
     * processors if that is more. They end when idle.
     *
     * @param threads 1 to 32767
     */
    public DflockdClientBuilder signalThreads(int threads) {
        settings.signalThreads = inRange("signalThreads", threads, 1, 32_767);
        return this;
    }

    private static int inRange(String name, long value, int min, int max) {
        if (value < min || value > max) {
            throw new InvalidArgumentException(name + " " + value + " is not in " + min + ".." + max);
        }
        return (int) value;
    }

    /** For tests. */
    DflockdClientBuilder hostResolver(ClientSettings.HostResolver resolver) {
        settings.hostResolver = resolver;
        return this;
    }

    /** For tests. */
    DflockdClientBuilder ticker(LongSupplier ticker) {
        settings.ticker = ticker;
        return this;
    }

    /**
     * Builds a client. Opens no connection and starts no thread.
     *
     * @return the client; close it
     * @throws InvalidArgumentException if two settings contradict each other
     */
    public DflockdClient build() {
        if (settings.keepAliveInterval.plus(settings.keepAliveInterval).compareTo(settings.serverReadTimeout) > 0) {
            throw new InvalidArgumentException("keepAliveInterval " + settings.keepAliveInterval
                    + " is more than half of serverReadTimeout " + settings.serverReadTimeout
                    + "; the server would close idle connections. Lower keepAliveInterval or raise serverReadTimeout");
        }
        if (settings.waitConnectionIdle.compareTo(settings.serverReadTimeout) >= 0) {
            throw new InvalidArgumentException("waitConnectionIdle " + settings.waitConnectionIdle
                    + " is not below serverReadTimeout " + settings.serverReadTimeout
                    + "; the server would close idle connections first. Lower it");
        }
        FieldRules.holdLimits(settings.holdAtLeast, settings.holdAtMost);
        return new DefaultDflockdClient(settings.copy());
    }
}
