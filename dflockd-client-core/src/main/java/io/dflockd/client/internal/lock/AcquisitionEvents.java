package io.dflockd.client.internal.lock;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdClientListener.Subject;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockAcquisitionException;
import io.dflockd.client.RequestTimeoutException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.ServerUnreachableException;
import io.dflockd.client.TlsException;
import io.dflockd.client.UnknownServerHostException;
import io.dflockd.client.internal.loop.ClientLoop;
import io.dflockd.client.internal.wire.Target;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports an acquisition to listeners, makes the exceptions of a failed one, and describes it for snapshots. */
final class AcquisitionEvents {

    private static final Logger logger = LoggerFactory.getLogger(AcquisitionEvents.class);
    /** A caller with less patience soon gets an exception. */
    private static final long WARN_FROM_PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Map<Class<?>, BiFunction<String, Throwable, DflockdException>> SAME_TYPE = Map.of(
            ServerUnreachableException.class, ServerUnreachableException::new,
            UnknownServerHostException.class, UnknownServerHostException::new,
            TlsException.class, TlsException::new,
            ConnectionClosedException.class, ConnectionClosedException::new,
            RequestTimeoutException.class, RequestTimeoutException::new,
            DflockdProtocolException.class, DflockdProtocolException::new);

    private final ClientLoop loop;
    private final LockSpec spec;
    private final ServerAddress server;
    private final long startedAt;
    private boolean warned;

    AcquisitionEvents(ClientLoop loop, LockSpec spec, ServerAddress server, long startedAt) {
        this.loop = loop;
        this.spec = spec;
        this.server = server;
        this.startedAt = startedAt;
    }

    void acquired() {
        if (loop.events().wantsRoutineEvents()) {
            Subject subject = spec.subject(server);
            Duration waited = waited();
            loop.events().accept(listener -> listener.acquired(subject, waited));
        }
    }

    void timedOut() {
        if (loop.events().isUsed()) {
            Subject subject = spec.subject(server);
            Duration waited = waited();
            loop.events().accept(listener -> listener.timedOut(subject, waited));
        }
    }

    void failed(DflockdException cause) {
        Subject subject = spec.subject(server);
        loop.events().accept(listener -> listener.acquireFailed(subject, cause));
    }

    /** The acquisition goes on in spite of trouble with the server. */
    void waitsThrough(DflockdException cause, long patienceNanos) {
        if (!warned && patienceNanos >= WARN_FROM_PATIENCE_NANOS) {
            warned = true;
            loop.log(() -> logger.warn(
                    "A request for {} waits for server {}: {}; this is logged once for each request",
                    what(),
                    server,
                    cause.getMessage()));
        }
    }

    DflockdException noAnswer(long withinNanos) {
        return new RequestTimeoutException("server " + server + " did not answer the request for " + what() + " within "
                + TimeUnit.NANOSECONDS.toMillis(withinNanos) + " ms");
    }

    DflockdException noConnection(long withinNanos) {
        return new ServerUnreachableException("no connection to server " + server + " was ready to ask for " + what()
                + " within " + TimeUnit.NANOSECONDS.toMillis(withinNanos) + " ms");
    }

    DflockdException notConfirmed() {
        return new DflockdConnectionException("server " + server + " did not confirm the grant of " + what());
    }

    /** The failure that lasted for the caller's whole acquire timeout, with the same type. */
    DflockdException gaveUp(DflockdException cause, long patienceNanos) {
        boolean hasItsOwnText =
                cause instanceof LockAcquisitionException || cause instanceof DflockdAuthenticationException;
        if (hasItsOwnText || patienceNanos == 0) {
            return cause;
        }
        String message = what() + " could not be requested within " + TimeUnit.NANOSECONDS.toMillis(patienceNanos)
                + " ms: " + cause.getMessage();
        return SAME_TYPE.entrySet().stream()
                .filter(type -> type.getKey().isInstance(cause))
                .findAny()
                .map(type -> type.getValue().apply(message, cause))
                .orElseGet(() -> new DflockdConnectionException(message, cause));
    }

    ClientSnapshot.Waiting snapshot(long now) {
        Target target = spec.target();
        return new ClientSnapshot.Waiting(
                target.kind(), spec.name(), target.key(), server, Duration.ofNanos(now - startedAt));
    }

    private String what() {
        return spec.target().describe();
    }

    private Duration waited() {
        return Duration.ofNanos(loop.now() - startedAt);
    }
}
