package io.dflockd.client.protocol;

import io.dflockd.client.ClientClosedException;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockTimeoutException;
import io.dflockd.client.LossReason;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAbilities;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerStats;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.SignalRejectedException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.loop.ClientThreads;
import io.dflockd.client.internal.loop.Durations;
import io.dflockd.client.internal.net.Connection;
import io.dflockd.client.internal.net.ConnectionOwner;
import io.dflockd.client.internal.net.Dialer;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.net.SocketDialer;
import io.dflockd.client.internal.settings.ClientSettings;
import io.dflockd.client.internal.stats.AbilityReader;
import io.dflockd.client.internal.stats.StatsReader;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one server, with a method for each command. The caller renews leases. When the connection is closed, the
 * server frees what it granted on it.
 *
 * <p>Thread-safe. The server answers requests in order, so a request that waits delays the requests behind it. Each method
 * waits for its answer for the timeout in the request plus the request timeout. When it stops waiting, because of the timeout
 * or an interrupt, it closes the connection, which frees a grant that comes late. The server closes a connection on which it
 * receives nothing for its read timeout (23 s by default).
 */
public final class ProtocolConnection implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final ServerAddress server;
    private final ConnectionOptions options;
    private final ClientThreads threads;
    private final ClientLoop loop;
    private final Connection connection;
    /** What ping has shown. */
    private volatile @Nullable ServerAbilities abilities;

    private ProtocolConnection(
            ServerAddress server,
            ConnectionOptions options,
            ClientThreads threads,
            ClientLoop loop,
            Connection connection) {
        this.server = server;
        this.options = options;
        this.threads = threads;
        this.loop = loop;
        this.connection = connection;
    }

    /**
     * Connects and, with a token, authenticates ({@code auth}).
     *
     * @return the connection; close it
     * @throws DflockdException if it cannot be opened; the subclasses tell the causes apart
     * @throws InterruptedException if the thread is interrupted
     */
    public static ProtocolConnection open(ServerAddress server, ConnectionOptions options) throws InterruptedException {
        Objects.requireNonNull(server, "server must not be null");
        Objects.requireNonNull(options, "options must not be null");
        ClientThreads threads =
                new ClientThreads(null, 1, Thread.currentThread().getContextClassLoader());
        ClientLoop loop = new ClientLoop(threads, System::nanoTime, List.of(), () -> false);
        try {
            Connection connection = loop.await(
                    loop.call(() -> dial(server, options, threads, loop)),
                    options.connectTimeout().plus(GRACE).toNanos(),
                    () -> new ServerUnreachableException(
                            "server " + server + " was not ready within " + options.connectTimeout()));
            return new ProtocolConnection(server, options, threads, loop, connection);
        } catch (InterruptedException | RuntimeException | Error ex) {
            threads.close();
            throw ex;
        }
    }

    private static CompletableFuture<Connection> dial(
            ServerAddress server, ConnectionOptions options, ClientThreads threads, ClientLoop loop) {
        ClientSettings settings = new ClientSettings();
        settings.connectTimeout = options.connectTimeout();
        settings.hostnameVerification = options.hostnameVerification();
        SSLContext context = options.sslContext();
        settings.sslContext = context == null ? null : () -> context;
        String token = options.authToken();
        settings.authToken = token == null || token.isEmpty() ? null : () -> token;
        SocketDialer dialer = new SocketDialer(loop, threads.lookups(), settings);
        CompletableFuture<Connection> ready = new CompletableFuture<>();
        ConnectionOwner nobody = (ended, cause) -> {};
        dialer.dial(server, nobody, new Dialer.Result() {
            @Override
            public void connected(Connection connection) {
                connection.maxLineBytes(options.maxStatsBytes());
                ready.complete(connection);
            }

            @Override
            public void failed(DflockdException cause) {
                ready.completeExceptionally(cause);
            }
        });
        return ready;
    }

    /**
     * Acquires a lock ({@code l}).
     *
     * @param timeout the wait in the server's queue, rounded up to whole seconds; zero does not queue
     * @param lease rounded up to whole seconds; null leaves it to the server
     * @throws LockTimeoutException if the key was busy
     */
    public Grant acquire(String key, Duration timeout, @Nullable Duration lease) throws InterruptedException {
        return acquire(Target.lock(key), timeout, lease);
    }

    /** As {@link #acquire}, for a semaphore ({@code sl}). */
    public Grant semAcquire(String key, Duration timeout, int limit, @Nullable Duration lease)
            throws InterruptedException {
        return acquire(Target.semaphore(key, limit), timeout, lease);
    }

    private Grant acquire(Target target, Duration timeout, @Nullable Duration lease) throws InterruptedException {
        long seconds = FieldRules.timeoutSeconds(timeout);
        Reply reply = ask(Requests.acquire(target, seconds, leaseSeconds(lease)), seconds);
        return granted(reply, target, seconds);
    }

    /**
     * Renews a lock ({@code n}).
     *
     * @param lease the new lease; null sets the server's default, not the lease of the grant
     * @return the new lease
     * @throws LockLostException if the server does not know the token, or the lease has expired
     */
    public Duration renew(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return renew(Target.lock(key), token, lease);
    }

    /** As {@link #renew}, for a semaphore ({@code sn}). */
    public Duration semRenew(String key, String token, @Nullable Duration lease) throws InterruptedException {
        return renew(Target.semaphore(key, 1), token, lease);
    }

    private Duration renew(Target target, String token, @Nullable Duration lease) throws InterruptedException {
        FieldRules.token(token);
        Reply reply = ask(Requests.renew(target, token, leaseSeconds(lease)), 0);
        return switch (reply.status()) {
            case OK -> Duration.ofSeconds(reply.renewedSeconds());
            case ERROR -> throw new LockLostException(target.key(), LossReason.REJECTED);
            default -> throw Refusals.of(reply, target);
        };
    }

    /**
     * Releases a lock ({@code r}).
     *
     * @return false if the server does not know the token
     */
    public boolean release(String key, String token) throws InterruptedException {
        return release(Target.lock(key), token);
    }

    /** As {@link #release}, for a semaphore ({@code sr}). */
    public boolean semRelease(String key, String token) throws InterruptedException {
        return release(Target.semaphore(key, 1), token);
    }

    private boolean release(Target target, String token) throws InterruptedException {
        FieldRules.token(token);
        Reply reply = ask(Requests.release(target, token), 0);
        return switch (reply.status()) {
            case OK -> true;
            case ERROR -> false;
            default -> throw Refusals.of(reply, target);
        };
    }

    /**
     * Joins the queue of a lock and does not wait for the grant ({@code e}). The server does not report a later grant, and
     * its lease runs: call {@link #await} in time.
     *
     * @param lease rounded up to whole seconds; null leaves it to the server
     * @return the grant, or none if the request is queued
     */
    public Enqueued enqueue(String key, @Nullable Duration lease) throws InterruptedException {
        return enqueue(Target.lock(key), lease);
    }

    /** As {@link #enqueue}, for a semaphore ({@code se}). */
    public Enqueued semEnqueue(String key, int limit, @Nullable Duration lease) throws InterruptedException {
        return enqueue(Target.semaphore(key, limit), lease);
    }

    private Enqueued enqueue(Target target, @Nullable Duration lease) throws InterruptedException {
        Reply reply = ask(Requests.enqueue(target, leaseSeconds(lease)), 0);
        return switch (reply.status()) {
            case ACQUIRED -> new Enqueued(Optional.of(grant(reply)));
            case QUEUED -> new Enqueued(Optional.empty());
            default -> throw Refusals.of(reply, target);
        };
    }

    /**
     * Waits for the grant of {@link #enqueue} ({@code w}). A timeout, also of zero, leaves the queue.
     *
     * @param timeout rounded up to whole seconds
     * @throws LockTimeoutException if the key was busy for the whole time
     * @throws LockLostException if it was granted and its lease has expired
     */
    public Grant await(String key, Duration timeout) throws InterruptedException {
        return await(Target.lock(key), timeout);
    }

    /** As {@link #await}, for a semaphore ({@code sw}). */
    public Grant semAwait(String key, Duration timeout) throws InterruptedException {
        return await(Target.semaphore(key, 1), timeout);
    }

    private Grant await(Target target, Duration timeout) throws InterruptedException {
        long seconds = FieldRules.timeoutSeconds(timeout);
        Reply reply = ask(Requests.await(target, seconds), seconds);
        if (reply.is(Status.ERROR_NOT_ENQUEUED)) {
            throw new DflockdProtocolException(
                    target.describe() + " was not enqueued on this connection; enqueue it before waiting for it");
        }
        return granted(reply, target, seconds);
    }

    /**
     * Emits a signal ({@code signal}).
     *
     * @param channel without wildcards
     * @param payload without line breaks, 1 to 256 bytes
     * @return the number of listeners for which the server queued it; fewer may receive it
     */
    public long emit(String channel, String payload) throws InterruptedException {
        byte[] request =
                Requests.signal(FieldRules.channel(channel), FieldRules.payload(payload, FieldRules.MAX_LINE_BYTES));
        Reply reply = ask(request, 0);
        if (!reply.is(Status.OK)) {
            String subject = "a signal to channel '" + channel + "'";
            throw Refusals.of(
                    reply,
                    subject,
                    () -> new SignalRejectedException("server " + server + " refused " + subject
                            + ": it does not take this payload, or it is a server without signals"));
        }
        return reply.count();
    }

    /** Asks for the state of the server ({@code stats}), and once for what it is ({@code ping}) if the answer does not show it. */
    public ServerStats stats() throws InterruptedException {
        Reply reply = ask(Requests.stats(), 0);
        if (!reply.is(Status.OK)) {
            throw Refusals.of(reply, "stats", () -> Refusals.unexpected(reply, "stats"));
        }
        ServerStats stats = StatsReader.read(reply.rest());
        if (!AbilityReader.asksPing(stats)) {
            return stats;
        }
        ServerAbilities known = abilities;
        if (known == null) {
            known = AbilityReader.ofPing(ask(Requests.ping(), 0));
            abilities = known;
        }
        return stats.withAbilities(known);
    }

    /** {@return whether neither side has closed the connection} */
    public boolean isOpen() {
        return connection.isOpen();
    }

    /** Closes the connection; the server frees what it granted on it. Idempotent. */
    @Override
    public void close() {
        if (loop.execute(connection::flushAndClose)) {
            threads.close();
        }
    }

    @Override
    public String toString() {
        return "ProtocolConnection[" + server + (connection.isOpen() ? "]" : ", closed]");
    }

    private static long leaseSeconds(@Nullable Duration lease) {
        return lease == null ? 0 : FieldRules.leaseSeconds(lease);
    }

    private Grant granted(Reply reply, Target target, long seconds) {
        return switch (reply.status()) {
            case OK -> grant(reply);
            case TIMEOUT -> throw new LockTimeoutException(target.describe() + " was busy for " + seconds + " s");
            default -> throw Refusals.of(reply, target);
        };
    }

    private static Grant grant(Reply reply) {
        Reply.Grant grant = reply.grant(false);
        Long fence = grant.fence();
        return new Grant(
                grant.token(),
                Duration.ofSeconds(grant.leaseSeconds()),
                fence == null ? OptionalLong.empty() : OptionalLong.of(fence));
    }

    private Reply ask(byte[] request, long waitSeconds) throws InterruptedException {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        Duration limit = options.requestTimeout().plusSeconds(waitSeconds);
        Exchange exchange = Exchange.of((reply, sentAt) -> answer.complete(reply), answer::completeExceptionally);
        long waitNanos = Durations.ofSeconds(waitSeconds);
        if (!loop.execute(() -> connection.send(request, exchange, waitNanos))) {
            throw new ClientClosedException("this connection to server " + server + " was closed; open another one");
        }
        try {
            return loop.await(
                    answer,
                    Durations.nanos(limit.plus(GRACE)),
                    () -> new RequestTimeoutException(
                            "server " + server + " did not answer within " + limit.toMillis() + " ms"));
        } catch (InterruptedException | RequestTimeoutException ex) {
            loop.execute(() -> connection.close(new ConnectionClosedException(
                    "the connection to server " + server + " was closed because a request on it was withdrawn")));
            throw ex;
        }
    }
}
