package io.dflockd.client.internal.wire;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockLostException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.LossReason;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns refused answers into exceptions that say what to do. The only place that knows what a refusal means. */
public final class Refusals {

    private Refusals() {}

    /** The exception for a refused request for a lock or semaphore. */
    public static DflockdException of(Reply reply, Target target) {
        if (reply.is(Status.ERROR_LIMIT_MISMATCH)) {
            return limitMismatch(target, reply.server(), null);
        }
        if (reply.is(Status.ERROR_LEASE_EXPIRED)) {
            return new LockLostException(target.key(), LossReason.LEASE_EXPIRED);
        }
        return of(
                reply,
                target.describe(),
                () -> new DflockdProtocolException("server " + reply.server() + " refused " + target.describe()
                        + " with a plain 'error': it does not allow the key or a number in the request,"
                        + " it is shutting down, or it cannot write its --fence-state-file"));
    }

    /**
     * The exception for a refused request.
     *
     * @param subject what was requested, for messages, such as {@code lock 'k'} or {@code auth}
     * @param plainError the meaning of a plain {@code error}, which depends on the request
     */
    public static DflockdException of(Reply reply, String subject, Supplier<? extends DflockdException> plainError) {
        String server = "server " + reply.server();
        return switch (reply.status()) {
            case ERROR -> plainError.get();
            case ERROR_AUTH -> authRequired(reply.server());
            case ERROR_DRAINING -> draining(reply.server());
            case ERROR_NOT_LEADER ->
                new DflockdConnectionException(server + " is not the leader of its cluster"
                        + (reply.rest().isEmpty() ? "" : " (the leader is " + reply.rest() + ")")
                        + "; configure the leader's address");
            case ERROR_MAX_LOCKS ->
                new LockRejectedException(server + " refused " + subject
                        + ": it knows as many keys as its --max-locks allows. Idle keys count until --gc-max-idle"
                        + " (60 s) has passed; raise --max-locks or use fewer distinct keys");
            case ERROR_MAX_WAITERS ->
                new LockRejectedException(
                        server + " refused " + subject
                                + ": its queue is as long as --max-waiters allows; raise --max-waiters or let fewer callers wait");
            case ERROR_TYPE_MISMATCH ->
                new LockRejectedException(
                        server + " refused " + subject + ": the key is in use as a read-write lock; use another key");
            case ERROR_ALREADY_ENQUEUED ->
                new DflockdProtocolException(
                        server + " says that " + subject + " is already enqueued on this connection");
            // No default, so that the compiler asks for the meaning of a new status.
            case OK,
                    TIMEOUT,
                    ACQUIRED,
                    QUEUED,
                    ERROR_LIMIT_MISMATCH,
                    ERROR_NOT_ENQUEUED,
                    ERROR_LEASE_EXPIRED,
                    UNKNOWN -> unexpected(reply, subject);
        };
    }

    /** The exception for a refused auth token. */
    public static DflockdException ofAuth(Reply reply) {
        String server = "server " + reply.server();
        if (reply.is(Status.ERROR_AUTH)) {
            return new DflockdAuthenticationException(
                    server + " refused the auth token; check the token of client and server");
        }
        return of(
                reply,
                "auth",
                () -> new DflockdAuthenticationException(server + " takes no auth token but the client sent one; start"
                        + " the server with --auth-token or remove the client's token"));
    }

    /** For a status that does not answer the request. */
    public static DflockdProtocolException unexpected(Reply reply, String subject) {
        return new DflockdProtocolException("server " + reply.server() + " answered '" + reply.shown()
                + "' to a request for " + subject + ", which is not in the protocol; is it a dflockd server of a known"
                + " version?");
    }

    /** For a server that shuts down, and ends the connection on which it said so. */
    public static ConnectionClosedException draining(ServerAddress server) {
        return new ConnectionClosedException("server " + server + " is shutting down and takes no new requests");
    }

    /** For a server that requires a token. */
    public static DflockdAuthenticationException authRequired(ServerAddress server) {
        return new DflockdAuthenticationException(
                "server " + server + " requires an auth token and the client sent none; set the client's auth token");
    }

    /** For a semaphore that is in use with another limit, null if that limit is not known. */
    public static SemaphoreLimitMismatchException limitMismatch(
            Target target, ServerAddress server, @Nullable Integer serverLimit) {
        return new SemaphoreLimitMismatchException(
                "server " + server + " refused " + target.describe() + " with limit " + target.limit()
                        + ": the key is in use with "
                        + (serverLimit == null ? "another limit" : "limit " + serverLimit)
                        + ". All holders of a key must use one limit (a lock has limit 1); the server forgets it when the"
                        + " key has been idle for --gc-max-idle (60 s)",
                target.limit(),
                serverLimit);
    }
}
