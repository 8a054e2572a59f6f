package io.dflockd.client.internal.wire;

import io.dflockd.client.ConnectionClosedException;
import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdConnectionException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.DflockdProtocolException;
import io.dflockd.client.LockRejectedException;
import io.dflockd.client.SemaphoreLimitMismatchException;
import io.dflockd.client.ServerAddress;
import org.jspecify.annotations.Nullable;

/** Turns the server's error statuses into exceptions that say what to do. */
public final class Refusals {

    private Refusals() {}

    /** The exception for an answer that is no success. */
    public static DflockdException of(Reply reply, Target target, ServerAddress server) {
        return switch (reply.status()) {
            case "error_max_locks" ->
                new LockRejectedException("server " + server + " refused " + target.describe()
                        + ": it knows as many keys as its --max-locks allows. Keys that are idle count until"
                        + " --gc-max-idle (60 s) has passed; raise --max-locks or use fewer distinct keys");
            case "error_max_waiters" ->
                new LockRejectedException("server " + server + " refused " + target.describe()
                        + ": its queue is as long as --max-waiters allows; raise --max-waiters or let fewer wait");
            case "error_limit_mismatch" -> limitMismatch(target, server, null);
            case "error_type_mismatch" ->
                new LockRejectedException("server " + server + " refused " + target.describe()
                        + ": the key is in use as a read-write lock; use another key");
            case "error_already_enqueued" ->
                new DflockdProtocolException("server " + server + " says that " + target.describe()
                        + " is already enqueued on this connection");
            case "error_auth" ->
                new DflockdAuthenticationException(
                        "server " + server + " wants an auth token and was given none; set the client's auth token");
            case "error_draining" ->
                new ConnectionClosedException("server " + server + " is shutting down and takes no new requests");
            case "error_not_leader" ->
                new DflockdConnectionException("server " + server + " is not the leader of its cluster"
                        + (reply.rest().isEmpty() ? "" : " (that is " + reply.rest() + ")")
                        + "; configure the leader's address");
            case "error" ->
                new DflockdProtocolException("server " + server + " refused the request for " + target.describe()
                        + " with a plain 'error': it does not allow the key or a number in it, or it is shutting down");
            default -> reply.unexpected("the request for " + target.describe());
        };
    }

    /** The mismatch of limits, with the server's own where it is known. */
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
