package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdException;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.concurrent.CompletableFuture;

/**
 * A first request to a server. Only an answer shows that the server accepts this client and speaks this protocol: a server that
 * is full, requires a token or speaks TLS accepts every connection.
 */
public final class FirstRequest {

    private FirstRequest() {}

    /** Sends it. Completed on the event loop. */
    public static CompletableFuture<Void> send(SharedConnection over) {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        over.use(new SharedConnection.User() {
            @Override
            public void connected(Connection connection) {
                connection.send(
                        Requests.keepAlive(),
                        Exchange.of((reply, sentAt) -> complete(answered, reply), this::unavailable));
            }

            @Override
            public void unavailable(DflockdException cause) {
                answered.completeExceptionally(cause);
            }
        });
        return answered;
    }

    private static void complete(CompletableFuture<Void> answered, Reply reply) {
        if (reply.is(Status.OK) || reply.is(Status.ERROR)) {
            answered.complete(null);
        } else {
            answered.completeExceptionally(
                    Refusals.of(reply, "the first request", () -> Refusals.unexpected(reply, "the first request")));
        }
    }
}
