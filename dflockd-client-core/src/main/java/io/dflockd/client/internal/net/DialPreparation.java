package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.FieldRules;
import io.dflockd.client.InvalidArgumentException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.settings.ClientSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What a dial needs before it can connect, and what may block: the addresses of the host, the auth token and the TLS context.
 * At most one preparation per server is under way; dials that begin meanwhile share it. So a name service or a supplier that
 * hangs costs one thread, and no other server waits for it.
 *
 * <p>Confined to the event loop, except {@link #prepare}.
 */
final class DialPreparation {

    private final ClientLoop loop;
    private final Executor lookups;
    private final ClientSettings settings;
    private final Map<ServerAddress, Set<Waiting>> underWay = new HashMap<>();

    DialPreparation(ClientLoop loop, Executor lookups, ClientSettings settings) {
        this.loop = loop;
        this.lookups = lookups;
        this.settings = settings;
    }

    /**
     * What was prepared.
     *
     * @param addresses at least one
     * @param tls null for plain TCP
     * @param token null for no auth
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Prepared(InetAddress[] addresses, @Nullable SSLContext tls, byte @Nullable [] token) {}

    /** A dial that waits. */
    interface Waiting {

        void prepared(Prepared prepared);

        void failed(DflockdException cause);
    }

    /** Whether there is more to prepare than addresses. */
    boolean needsSuppliers() {
        return settings.sslContext != null || settings.authToken != null;
    }

    void await(ServerAddress server, Waiting waiting) {
        Set<Waiting> others = underWay.get(server);
        if (others != null) {
            others.add(waiting);
            return;
        }
        underWay.put(server, new LinkedHashSet<>(Set.of(waiting)));
        try {
            lookups.execute(() -> prepare(server));
        } catch (Throwable ex) {
            failed(
                    server,
                    new DflockdConnectionException("server " + server + " cannot be dialled: no thread for it", ex));
        }
    }

    /** The dial has ended. The preparation goes on, for the dials that follow. */
    void forget(ServerAddress server, Waiting ended) {
        Set<Waiting> all = underWay.get(server);
        if (all != null) {
            all.remove(ended);
        }
    }

    private void prepare(ServerAddress server) {
        Runnable outcome;
        try {
            Prepared prepared = new Prepared(
                    settings.hostResolver.resolve(server.host()),
                    settings.sslContext == null ? null : settings.sslContext.get(),
                    token());
            outcome = () -> loop.forEach(take(server), waiting -> waiting.prepared(prepared));
        } catch (Throwable ex) {
            DflockdException cause = failure(server, ex);
            outcome = () -> failed(server, cause);
        }
        // False only if the client has been closed: nobody waits any more.
        boolean unused = loop.execute(outcome);
    }

    private byte @Nullable [] token() {
        String token = settings.authToken == null ? null : settings.authToken.get();
        return token == null || token.isEmpty() ? null : FieldRules.authToken(token);
    }

    private static DflockdException failure(ServerAddress server, Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return new UnknownServerHostException(
                    "server host '" + server.host() + "' of " + server
                            + " is unknown; check its spelling and the name service",
                    cause);
        }
        if (cause instanceof DflockdException known) {
            return known;
        }
        if (cause instanceof InvalidArgumentException) {
            return new DflockdAuthenticationException(
                    "the token for server " + server + " cannot be sent: " + cause.getMessage(), cause);
        }
        return new DflockdConnectionException(
                "the connection to server " + server + " could not be prepared: " + cause, cause);
    }

    private void failed(ServerAddress server, DflockdException cause) {
        loop.forEach(take(server), waiting -> waiting.failed(cause));
    }

    private Set<Waiting> take(ServerAddress server) {
        Set<Waiting> all = underWay.remove(server);
        return all == null ? Set.of() : all;
    }
}
