package io.dflockd.client.internal.signal;

import io.dflockd.client.ClientSnapshot;
import io.dflockd.client.DflockdException;
import io.dflockd.client.ServerAddress;
import io.dflockd.client.SubscriptionListener.GapReason;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one subscription knows about one server. Confined to the event loop. */
final class ServerState {

    /** Bounds what is remembered if a cause has a new text each time. */
    private static final int MAX_CAUSES = 16;

    private final ServerAddress server;
    private boolean connected;
    private boolean connectedBefore;
    private boolean leftBecauseFull;
    private @Nullable String problem;
    /** The causes that were reported since the server confirmed the subscription: attempts go on and fail in the same way. */
    private final Set<String> reported = new HashSet<>();

    /** A server has confirmed the subscription: again, after a problem was reported, and why signals may have been missed. */
    record Confirmation(boolean again, boolean afterProblem, GapReason gap) {}

    ServerState(ServerAddress server) {
        this.server = server;
    }

    ServerAddress server() {
        return server;
    }

    boolean isConnected() {
        return connected;
    }

    /** The server has confirmed the subscription. Null if that was known. */
    @Nullable
    Confirmation confirm(GapReason ifConnectionBroke) {
        if (connected) {
            return null;
        }
        Confirmation confirmation = new Confirmation(
                connectedBefore, !reported.isEmpty(), leftBecauseFull ? GapReason.OVERFLOWED : ifConnectionBroke);
        connected = true;
        connectedBefore = true;
        leftBecauseFull = false;
        problem = null;
        reported.clear();
        return confirmation;
    }

    /** The connection has ended. False if the subscription was not connected. */
    boolean disconnect(@Nullable DflockdException cause) {
        boolean was = connected;
        connected = false;
        if (was) {
            problem = cause == null ? null : cause.getMessage();
        }
        return was;
    }

    /** The subscription leaves the server until its buffer has been handled. False if it was not connected. */
    boolean leaveBecauseFull() {
        if (!disconnect(null)) {
            return false;
        }
        leftBecauseFull = true;
        problem = "the buffer of the subscription was full; it listens again when the buffer has been handled";
        return true;
    }

    /** The server refused the subscription or could not be reached. True if this cause has to be reported. */
    boolean refuse(DflockdException cause) {
        problem = cause.getMessage();
        return reported.size() < MAX_CAUSES && reported.add(cause.toString());
    }

    ClientSnapshot.Listening snapshot() {
        return new ClientSnapshot.Listening(server, connected, problem);
    }
}
