package io.dflockd.client.internal.net;

import io.dflockd.client.DflockdAuthenticationException;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.internal.wire.Refusals;
import io.dflockd.client.internal.wire.Reply;
import io.dflockd.client.internal.wire.Requests;
import io.dflockd.client.internal.wire.Status;
import java.util.function.Consumer;

/** Sends the auth token on a new connection. Confined to the event loop. */
final class Authentication {

    private Authentication() {}

    /** Exactly one of the two is called, at the latest when the connection ends. */
    static void send(Connection connection, byte[] token, Runnable accepted, Consumer<DflockdException> refused) {
        connection.send(
                Requests.auth(token),
                Exchange.of(
                        (reply, sentAt) -> {
                            if (reply.is(Status.OK)) {
                                accepted.run();
                            } else {
                                refused.accept(refusal(reply));
                            }
                        },
                        refused));
    }

    private static DflockdException refusal(Reply reply) {
        ServerAddress server = reply.server();
        if (reply.is(Status.ERROR_AUTH)) {
            return new DflockdAuthenticationException(
                    "server " + server + " refused the auth token; check the token of client and server");
        }
        return Refusals.of(
                reply,
                "auth",
                () -> new DflockdAuthenticationException("server " + server + " takes no auth token but the client"
                        + " sent one; start the server with --auth-token or remove the client's token"));
    }
}
