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
                connection.send(Requests.keepAlive(), new Answer(answered));
            }

            @Override
            public void unavailable(DflockdException cause) {
                answered.completeExceptionally(cause);
            }

            @Override
            public boolean waitsAfter(DflockdException cause) {
                return false;
            }
        });
        return answered;
    }

    private static final class Answer extends Exchange {

        private final CompletableFuture<Void> came;

        Answer(CompletableFuture<Void> came) {
            this.came = came;
        }

        @Override
        protected void answered(Reply reply) {
            if (reply.is(Status.OK) || reply.is(Status.ERROR)) {
                came.complete(null);
            } else {
                came.completeExceptionally(
                        Refusals.of(reply, "the first request", () -> Refusals.unexpected(reply, "the first request")));
            }
        }

        @Override
        protected void failed(DflockdException cause) {
            came.completeExceptionally(cause);
        }
    }
}
