package io.dflockd.client.internal;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.net.Exchange;
import io.dflockd.client.internal.wire.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * A first exchange with a server. Only an answer shows that it is there, takes this client and speaks this protocol: a
 * server that is full, wants a token or speaks TLS lets everybody connect.
 */
final class FirstAnswer extends Exchange {

    private final ServerAddress server;

    private final CompletableFuture<Void> came;

    FirstAnswer(ServerAddress server, CompletableFuture<Void> came) {
        this.server = server;
        this.came = came;
    }

    @Override
    protected void answered(Reply reply) {
        if (reply.is("error_auth")) {
            came.completeExceptionally(new DflockdAuthenticationException(
                    "server " + server + " wants an auth token and was given none; set the client's auth token"));
        } else if (reply.is("ok") || reply.is("error")) {
            came.complete(null);
        } else {
            came.completeExceptionally(reply.unexpected("a first request"));
        }
    }

    @Override
    protected void failed(DflockdException cause) {
        came.completeExceptionally(cause);
    }
}
